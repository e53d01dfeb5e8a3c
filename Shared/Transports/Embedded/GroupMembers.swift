import Synchronization

/// The consumers of each group in this process, which is the only one that consumes: the newest of a group has all
/// its partitions, older ones have none.
final class GroupMembers: Sendable {
    private struct State {
        var lastMember = 0
        var newest: [String: Int] = [:]
    }

    private let state = Mutex(State())
    private static let lastAssignment = Atomic<Int>(0)

    /// Makes the caller the group's newest member.
    func join(_ group: String) -> Int {
        state.withLock { state in
            state.lastMember += 1
            state.newest[group] = state.lastMember
            return state.lastMember
        }
    }

    func isNewest(_ member: Int, of group: String) -> Bool {
        state.withLock { $0.newest[group] == member }
    }

    func leave(_ group: String, _ member: Int) {
        state.withLock { state in
            if state.newest[group] == member { state.newest[group] = nil }
        }
    }

    /// The number of the process's next assignment.
    static func nextAssignment() -> Int { lastAssignment.add(1, ordering: .relaxed).newValue }
}
