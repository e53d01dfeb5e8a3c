package import Messaging
package import Model

/// Events of one connection, of any of its streams, in the order they were received.
package struct OpenBatch: Sendable {
    package let connection: ConnectionKey
    package let openedAt: Timestamp
    package private(set) var events: [BatchEvent] = []
    package private(set) var bytes = 0
    /// The lowest offset that it holds of each partition: what may not be committed before it is loaded.
    package private(set) var firstOffsets: [TopicPartition: Int64] = [:]

    package init(connection: ConnectionKey, openedAt: Timestamp) {
        self.connection = connection
        self.openedAt = openedAt
    }

    package func brings(_ stream: StreamName) -> Bool { events.contains { $0.stream == stream } }

    /// The batch less a stream's events.
    package func without(_ stream: StreamName) -> OpenBatch {
        var rest = OpenBatch(connection: connection, openedAt: openedAt)
        for event in events where event.stream != stream { rest.append(event) }
        return rest
    }

    package mutating func append(_ event: BatchEvent) {
        events.append(event)
        bytes += event.bytes
        let partition = event.topicPartition
        firstOffsets[partition] = min(firstOffsets[partition] ?? event.offset, event.offset)
    }

    /// Of each partition how far the batch reaches, in the order of its events.
    func positions(beyond filter: PositionFilter) -> [LogPosition] {
        var last: [TopicPartition: (offset: Int64, sequence: Int64?)] = [:]
        for event in events {
            let highest = [last[event.topicPartition]?.sequence, event.sequence].compactMap(\.self).max()
            last[event.topicPartition] = (event.offset, highest)
        }
        return last.map { filter.change(of: $0, lastOffset: $1.offset, maxSequence: $1.sequence).new }
    }
}
