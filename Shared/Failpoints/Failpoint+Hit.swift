import Synchronization

extension Failpoint {
    private static let given = Mutex<FailpointPlan?>(nil)
    /// What is to happen in this process; nil in every one that no test has armed.
    private static let armed: FailpointPlan? = given.withLock(\.self)

    /// Has the plan take effect. Only what is said before the first hit counts.
    package static func arm(_ plan: FailpointPlan) { given.withLock { $0 = plan } }

    /// Asked before anything of another machine is used, which a process that a test has armed does not do.
    /// - Throws: ``FailpointError/notLoopback(_:)``
    package static func checkLocal(_ isLocal: Bool, _ what: String) throws(FailpointError) {
        guard let plan = armed, !plan.allowsRemote, !isLocal else { return }
        throw .notLoopback(what)
    }

    /// Here the process dies or waits, if the plan says so.
    package func hit() {
        guard let plan = Self.armed else { return }
        _ = plan.hit(self)
    }

    /// As ``hit()``; or the step fails with an error that it can have.
    package func hit<Failure: Error>(orFail failure: @autoclosure () -> Failure) throws(Failure) {
        guard let plan = Self.armed else { return }
        if plan.hit(self) { throw failure() }
    }
}
