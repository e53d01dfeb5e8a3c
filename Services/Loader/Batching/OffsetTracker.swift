package import Messaging
package import Model

/// Which offsets the group may commit: the lowest received and not yet loaded, or the next to receive. Pure.
package struct OffsetTracker: Sendable {
    /// By assigned partition, the offset after the last one received.
    package private(set) var next: [TopicPartition: Int64] = [:]
    /// What was committed last, or where the assignment started.
    private var committed: [TopicPartition: Int64] = [:]
    /// Of each connection that is set aside, the first offset that was dropped of each partition.
    private var pins: [ConnectionKey: [TopicPartition: Int64]] = [:]

    package init() {}

    /// Begins an assignment.
    /// - Parameter inHand: the lowest offsets of the events that are dropped with the former assignment.
    /// - Returns: the partitions to seek, with their offsets: those whose dropped events lie below their start.
    package mutating func assign(
        _ starts: [TopicPartition: Int64],
        dropping inHand: [TopicPartition: Int64]
    ) -> [TopicPartition: Int64] {
        var seeks: [TopicPartition: Int64] = [:]
        for (partition, offset) in inHand {
            if let start = starts[partition], next[partition] != nil, offset < start { seeks[partition] = offset }
        }
        next = starts.merging(seeks) { $1 }
        committed = starts
        pins = pins.mapValues { $0.filter { starts[$0.key] != nil } }
        return seeks
    }

    package func isAssigned(_ partition: TopicPartition) -> Bool { next[partition] != nil }

    /// Notes that everything of the partition up to and with this offset was received.
    package mutating func received(_ partition: TopicPartition, offset: Int64) {
        next[partition] = offset + 1
    }

    /// Notes that the partition is read again from this offset.
    package mutating func sought(_ partition: TopicPartition, to offset: Int64) {
        next[partition] = offset
    }

    /// Keeps the commit below what was dropped of a connection that is set aside.
    package mutating func pin(_ connection: ConnectionKey, _ partition: TopicPartition, at offset: Int64) {
        let pinned = pins[connection, default: [:]][partition] ?? offset
        pins[connection, default: [:]][partition] = min(pinned, offset)
    }

    /// Lets go of a connection's pins.
    /// - Returns: the partitions to read again, with their offsets.
    package mutating func unpin(_ connection: ConnectionKey) -> [TopicPartition: Int64] {
        pins.removeValue(forKey: connection) ?? [:]
    }

    package func isPinned(_ connection: ConnectionKey) -> Bool { !(pins[connection] ?? [:]).isEmpty }

    /// What can be committed and was not yet.
    /// - Parameter inHand: the lowest offsets of events that were received and are not loaded.
    package func committable(inHand: [TopicPartition: Int64]) -> [TopicPartition: Int64] {
        var offsets = next
        for lowest in [inHand] + pins.values {
            for (partition, offset) in lowest {
                offsets[partition] = offsets[partition].map { min($0, offset) }
            }
        }
        return offsets.filter { $0.value > (committed[$0.key] ?? -1) }
    }

    package mutating func committed(_ offsets: [TopicPartition: Int64]) {
        committed.merge(offsets) { $1 }
    }
}
