/// Which partitions this process has of its group, and whether it may still act on it.
///
/// A group takes the partitions of a member away that it has not heard of for the session timeout. So a process that was
/// held up for that long begins nothing before it must have heard of that.
package struct Ownership: Sendable {
    private enum Standing {
        /// What the partition holds is still to be read.
        case unread
        case ready
        /// Asked back by the group, which has not decided yet whose it will be.
        case undecided
    }

    private let sessionTimeout: Duration
    private var lastPoll: ContinuousClock.Instant?
    /// The end of the last time for which the group was not polled for longer than the session timeout.
    private var heldUpUntil: ContinuousClock.Instant?
    private var held: [Int32: Standing] = [:]

    /// How often the group has been heard.
    package private(set) var polls = 0

    package init(sessionTimeout: Duration) {
        self.sessionTimeout = sessionTimeout
    }

    package var partitions: Set<Int32> { Set(held.keys) }

    /// Partitions whose connections, states and commands are still to be read.
    package var unread: [Int32] { held.filter { $0.value == .unread }.keys.sorted() }

    package func isReady(_ partition: Int32) -> Bool { held[partition] == .ready }

    /// The group was heard.
    package mutating func polled(at now: ContinuousClock.Instant) {
        if let lastPoll, now - lastPoll >= sessionTimeout { heldUpUntil = now }
        lastPoll = now
        polls += 1
    }

    /// The group asks everything back before it decides anew. Until then nothing begins, but what runs may go on: most of
    /// it stays, and what does not is fenced by whoever gets it.
    package mutating func suspend() {
        for partition in held.keys { held[partition] = .undecided }
    }

    /// The group gives these partitions and no others. What was asked back before is to be read again: another process
    /// may have had it meanwhile.
    /// - Returns: those that were held and are no longer.
    package mutating func assign(_ partitions: Set<Int32>) -> Set<Int32> {
        let lost = self.partitions.subtracting(partitions)
        for partition in lost { held[partition] = nil }
        for partition in partitions where held[partition] != .ready { held[partition] = .unread }
        return lost
    }

    /// What the partition holds has been read.
    package mutating func hasRead(_ partition: Int32) {
        if held[partition] == .unread { held[partition] = .ready }
    }

    /// True while a run of the partition's connections may begin.
    package func mayStart(_ partition: Int32, at now: ContinuousClock.Instant) -> Bool {
        guard isReady(partition), let lastPoll else { return false }
        // The poll that was under way ends at once then, before a heartbeat was answered: they go out ten times as often.
        if let heldUpUntil, now - heldUpUntil < sessionTimeout / 4 { return false }
        return now - lastPoll < sessionTimeout
    }
}
