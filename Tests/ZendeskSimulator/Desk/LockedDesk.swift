import Model
import Synchronization

/// The front desk, for requests that come at the same time.
final class LockedDesk: Sendable {
    private let desk: Mutex<FrontDesk>

    init(_ desk: FrontDesk) {
        self.desk = Mutex(desk)
    }

    func with<Result: Sendable>(_ body: (inout FrontDesk) -> Result) -> Result {
        desk.withLock { desk in body(&desk) }
    }

    /// A new token, or nil for a client that is not the account's.
    func grant(id: String, secret: String, scope: String, life: Int, at now: Timestamp) -> TokenRegister.Grant? {
        with { $0.tokens.grant(id: id, secret: secret, scope: scope, life: life, at: now) }
    }
}
