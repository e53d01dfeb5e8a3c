import Console
import Model
import Synchronization

/// Sign-ins under way: an admin has been sent to Zendesk and has not come back yet.
final class PendingSignIns: Sendable {
    /// As long as an admin has for it.
    static let patience = Duration.seconds(900)
    private static let most = 100

    struct Pending: Sendable {
        let definition: ConnectionDefinition
        /// Of the client; written when access was given.
        let secretFiles: [SecretFile]
        let signIn: any SignIn
        /// The session that began it, in which alone it can end.
        let session: String
        let startedAt: Timestamp
    }

    private let pending = Mutex<[String: Pending]>([:])

    /// - Throws: ``Refusal/tooMany``
    func add(_ new: Pending) throws(Refusal) {
        let isAdded = pending.withLock { pending in
            pending = pending.filter { new.startedAt - $0.value.startedAt < Self.patience }
            guard pending.count < Self.most else { return false }
            pending[new.signIn.state] = new
            return true
        }
        guard isAdded else { throw .tooMany }
    }

    /// Takes the sign-in that an answer names; nil where there is none in this session any more.
    func take(state: String, session: String, now: Timestamp) -> Pending? {
        pending.withLock { pending in
            guard let found = pending[state], ConstantTime.areEqual(found.session, session),
                now - found.startedAt < Self.patience
            else { return nil }
            pending[state] = nil
            return found
        }
    }
}
