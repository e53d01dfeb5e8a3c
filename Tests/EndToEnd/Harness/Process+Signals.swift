import Foundation

extension Process {
    /// Starts the process with no signal blocked, as a shell would: the threads of Swift's pool block them, and a child
    /// has its mask from the thread that made it.
    func runTakingSignals() throws {
        var none = sigset_t()
        sigemptyset(&none)
        var former = sigset_t()
        pthread_sigmask(SIG_SETMASK, &none, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        try run()
    }
}
