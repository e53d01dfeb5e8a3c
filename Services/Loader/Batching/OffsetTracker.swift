package import Messaging
package import Model

/// Which offsets the group may commit: the lowest received and not yet loaded, or the next to receive. Pure.
package struct OffsetTracker: Sendable {
    /// By assigned partition, the offset after the last one received.
    package private(set) var next: [TopicPartition: Int64] = [:]
    /// What was committed last, or where the assignment started.
    private var committed: [TopicPartition: Int64] = [:]
    /// Of each connection, by partition, the first offset that was passed over.
    private var pins: [ConnectionKey: [TopicPartition: Int64]] = [:]

    package init() {}

    /// Begins an assignment: what was passed over is not below its start, or someone else's by now.
    /// - Parameter inHand: the lowest offsets of the events that are dropped with the former assignment.
    /// - Returns: the partitions to seek, with their offsets: those whose dropped events lie below their start.
    package mutating func assign(
        _ starts: [TopicPartition: Int64],
        dropping inHand: [TopicPartition: Int64]
    ) -> [TopicPartition: Int64] {
        var seeks: [TopicPartition: Int64] = [:]
        let dropped = pins.values.reduce(into: inHand) { lowest, pinned in lowest.merge(pinned, uniquingKeysWith: min) }
        for (partition, offset) in dropped {
            if let start = starts[partition], next[partition] != nil, offset < start { seeks[partition] = offset }
        }
        next = starts.merging(seeks) { $1 }
        committed = starts
        pins = [:]
        return seeks
    }

    package func isAssigned(_ partition: TopicPartition) -> Bool { next[partition] != nil }

    /// Notes that everything of the partition up to and with this offset was received.
    package mutating func received(_ partition: TopicPartition, offset: Int64) {
        next[partition] = offset + 1
    }

    /// Keeps the commit below what was passed over of a connection.
    package mutating func pin(_ connection: ConnectionKey, _ partition: TopicPartition, at offset: Int64) {
        let pinned = pins[connection, default: [:]][partition] ?? offset
        pins[connection, default: [:]][partition] = min(pinned, offset)
    }

    /// Notes that a connection has been given what was passed over of a partition, up to this offset.
    package mutating func movePin(_ connection: ConnectionKey, _ partition: TopicPartition, to offset: Int64) {
        guard pins[connection]?[partition] != nil else { return }
        pins[connection]?[partition] = offset
    }

    /// Notes that a connection has been given all that was passed over of a partition.
    package mutating func unpin(_ connection: ConnectionKey, _ partition: TopicPartition) {
        pins[connection]?[partition] = nil
        if pins[connection]?.isEmpty == true { pins[connection] = nil }
    }

    /// Gives up what was passed over of a connection.
    package mutating func unpin(_ connection: ConnectionKey) { pins[connection] = nil }

    /// Of each connection that was passed over, by partition, the first offset that it lacks.
    package var passedOver: [ConnectionKey: [TopicPartition: Int64]] { pins }

    /// Where a connection's events of a partition began to be passed over; nil where they are not.
    package func pin(_ connection: ConnectionKey, _ partition: TopicPartition) -> Int64? {
        pins[connection]?[partition]
    }

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
