package import Messaging
import Model

/// Tells repeats from news by what the destination says it has loaded. Pure.
package struct PositionFilter: Sendable {
    /// By topic and partition, as the destination holds them.
    package private(set) var positions: [TopicPartition: LogPosition]

    package init(_ positions: [LogPosition] = []) {
        self.positions = [:]
        for position in positions { loaded(position) }
    }

    package enum Verdict: Hashable, Sendable {
        case new
        /// Loaded before: skipped.
        case `repeat`
        /// At an offset that was passed but with a sequence that was not: the log is another one (deleted, re-created,
        /// moved). It is loaded, and the position takes its offset.
        case otherLog
    }

    /// - Parameter sequence: nil for an event that does not decode; its offset alone decides.
    package func verdict(on partition: TopicPartition, offset: Int64, sequence: Int64?) -> Verdict {
        guard let position = positions[partition], offset < position.nextOffset else { return .new }
        guard let sequence, sequence > position.sequence else { return .repeat }
        return .otherLog
    }

    /// Takes over the position after a load.
    package mutating func loaded(_ position: LogPosition) {
        positions[TopicPartition(topic: position.topic, partition: position.partition)] = position
    }

    /// The position after these events of one topic and partition, in order of offset, beside the one before them.
    package func change(
        of partition: TopicPartition,
        lastOffset: Int64,
        maxSequence: Int64?
    ) -> PositionChange {
        let expected = positions[partition]
        let new = LogPosition(
            topic: partition.topic,
            partition: partition.partition,
            nextOffset: lastOffset + 1,
            sequence: max(expected?.sequence ?? 0, maxSequence ?? 0)
        )
        return PositionChange(expected: expected, new: new)
    }
}
