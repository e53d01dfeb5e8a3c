import Dispatch

/// Runs an actor's work on a thread of its own, so that a C call which blocks never holds a thread of the cooperative
/// pool. The only place of this module where a dispatch queue is used.
///
/// An actor that owns a blocking handle keeps one of these and returns it as its `unownedExecutor`; then everything
/// the handle is asked happens on one thread at a time.
package final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// - Parameter label: shown by debuggers as the thread's name.
    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
