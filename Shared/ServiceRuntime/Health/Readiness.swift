import Synchronization

/// Whether a service is of use at present: conditions by name, each met or unmet for a reason.
package final class Readiness: Sendable {
    package enum Condition: String, Hashable, Sendable, CaseIterable {
        /// The log answers.
        case transport
        /// At least one of the destinations in use answers.
        case destination
        /// The service knows which partitions are its own; it may be none.
        case assignment
        /// What the topics hold has been read, up to what came in since.
        case topics
    }

    private struct State {
        var unmet: [Condition: String]
        var isStopping = false
    }

    private let conditions: [Condition]
    private let state: Mutex<State>

    /// - Parameter conditions: what has to be met; all else is ignored.
    package init(_ conditions: [Condition]) {
        self.conditions = conditions
        state = Mutex(State(unmet: Dictionary(uniqueKeysWithValues: conditions.map { ($0, "not yet known") })))
    }

    package func met(_ condition: Condition) {
        state.withLock { _ = $0.unmet.removeValue(forKey: condition) }
    }

    /// - Parameter reason: in words for operators, without a tenant's name or a secret.
    package func unmet(_ condition: Condition, because reason: String) {
        guard conditions.contains(condition) else { return }
        state.withLock { $0.unmet[condition] = reason }
    }

    /// The process ends at its next boundary: it takes no more work, whatever its conditions.
    package func stopping() {
        state.withLock { $0.isStopping = true }
    }

    package var isReady: Bool { state.withLock { $0.unmet.isEmpty && !$0.isStopping } }

    /// Each condition with the reason why it is not met, or nil; in their order.
    package var findings: [(condition: Condition, reason: String?)] {
        let unmet = state.withLock { $0.unmet }
        return conditions.map { ($0, unmet[$0]) }
    }

    /// One line for each condition, and whether the process is stopping.
    package var text: String {
        var lines = findings.map { "\($0.condition.rawValue): \($0.reason ?? "ok")" }
        if state.withLock({ $0.isStopping }) { lines.append("stopping") }
        return lines.joined(separator: "\n") + "\n"
    }
}
