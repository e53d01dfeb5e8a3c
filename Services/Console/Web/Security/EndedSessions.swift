import Model
import Synchronization

/// Sessions that were signed out before their time. Each is forgotten when its cookie would have ended by itself.
final class EndedSessions: Sendable {
    /// Nobody signs out as often; where somebody does, the oldest are forgotten first.
    private static let most = 10_000

    private let ends = Mutex<[String: Timestamp]>([:])

    func end(_ session: Session, now: Timestamp) {
        ends.withLock { ends in
            ends = ends.filter { $0.value > now }
            if ends.count >= Self.most, let oldest = ends.min(by: { $0.value < $1.value }) { ends[oldest.key] = nil }
            ends[session.id] = session.endsAt
        }
    }

    func contains(_ session: Session) -> Bool { ends.withLock { $0[session.id] != nil } }
}
