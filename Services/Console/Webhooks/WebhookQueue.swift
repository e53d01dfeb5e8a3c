package import Model

/// What waits to be delivered to one webhook, in order: a pure state machine. A message is tried ten times within a day,
/// then given up; those after it wait meanwhile, bounded, so that a receiver sees them in their order.
package struct WebhookQueue: Sendable {
    package static let mostWaiting = 1000
    /// The waits after the first, second, ... attempt.
    private static let waits: [Duration] = [5, 15, 60, 300, 900, 1800, 3600, 3600 * 6, 3600 * 12].map { .seconds($0) }

    private var waiting: [WebhookMessage] = []
    private var attempts = 0
    private var nextAttempt: Timestamp?
    /// Since when nothing was delivered that should have been; nil while all is well.
    package private(set) var failingSince: Timestamp?
    /// The last reason.
    package private(set) var failure: String?
    /// Messages that were never delivered.
    package private(set) var lost = 0

    /// - Parameter failingSince: where a former process has delivered nothing since.
    package init(failingSince: Timestamp? = nil) {
        self.failingSince = failingSince
        failure = failingSince.map { _ in "nothing was delivered before the last start" }
    }

    /// The ids of what waits.
    var waitingIDs: [String] { waiting.map(\.id) }

    /// What to do next.
    package enum Step: Hashable, Sendable {
        case send(WebhookMessage)
        case wait(until: Timestamp)
        case idle
    }

    /// The oldest but the one under way makes room.
    package mutating func add(_ message: WebhookMessage) {
        waiting.append(message)
        guard waiting.count > Self.mostWaiting else { return }
        waiting.remove(at: 1)
        lost += 1
    }

    package func step(at now: Timestamp) -> Step {
        guard let message = waiting.first else { return .idle }
        if let nextAttempt, nextAttempt > now { return .wait(until: nextAttempt) }
        return .send(message)
    }

    /// The first message was delivered.
    package mutating func delivered() {
        end()
        failingSince = nil
        failure = nil
    }

    /// The first message was not delivered.
    package mutating func failed(_ reason: String, at now: Timestamp) {
        failingSince = failingSince ?? now
        failure = reason
        attempts += 1
        guard attempts <= Self.waits.count else {
            lost += 1
            return end()
        }
        nextAttempt = now + Self.waits[attempts - 1]
    }

    private mutating func end() {
        if !waiting.isEmpty { waiting.removeFirst() }
        attempts = 0
        nextAttempt = nil
    }
}
