/// Which partitions this process has of its group, and whether it may still act on it.
///
/// A group takes the partitions of a member away that it has not heard of for the session timeout. So a process that was
/// held up for that long has to hear from the group again before it begins anything.
package struct Ownership: Sendable {
    private let sessionTimeout: Duration
    private var lastPoll: ContinuousClock.Instant?
    /// Held, and whether what they hold has been read.
    private var held: [Int32: Bool] = [:]

    /// How often the group has been heard.
    package private(set) var polls = 0

    package init(sessionTimeout: Duration) {
        self.sessionTimeout = sessionTimeout
    }

    package var partitions: Set<Int32> { Set(held.keys) }

    /// Partitions whose connections, states and commands are still to be read.
    package var unread: [Int32] { held.filter { !$0.value }.keys.sorted() }

    package func isReady(_ partition: Int32) -> Bool { held[partition] == true }

    /// The group was heard.
    package mutating func polled(at now: ContinuousClock.Instant) {
        lastPoll = now
        polls += 1
    }

    /// The group gives these partitions and no others.
    /// - Returns: those that were held and are no longer.
    package mutating func assign(_ partitions: Set<Int32>) -> Set<Int32> {
        let lost = self.partitions.subtracting(partitions)
        for partition in lost { held[partition] = nil }
        for partition in partitions where held[partition] == nil { held[partition] = false }
        return lost
    }

    /// What the partition holds has been read.
    package mutating func hasRead(_ partition: Int32) {
        if held[partition] != nil { held[partition] = true }
    }

    /// True while a run of the partition's connections may begin.
    package func mayStart(_ partition: Int32, at now: ContinuousClock.Instant) -> Bool {
        guard isReady(partition), let lastPoll else { return false }
        return now - lastPoll < sessionTimeout
    }
}
