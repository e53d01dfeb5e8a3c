package import Messaging
package import Model

/// The partition of a topic that events come from, and the stream that the topic is of.
final class EventOrigin: Sendable {
    let stream: StreamName
    let partition: TopicPartition

    init(stream: StreamName, partition: TopicPartition) {
        self.stream = stream
        self.partition = partition
    }
}

/// A delivery that belongs to a known connection, as a batch holds it.
package struct BatchEvent: Sendable {
    /// Where its log is; shared by the events that come from there.
    private let origin: EventOrigin
    package let offset: Int64
    /// When the log appended it: `_sdc_received_at`.
    package let receivedAt: Timestamp
    package let content: Content
    /// What it holds in memory, and what the rows of its arrays will: a batch's memory follows from their sum.
    package var bytes: Int
    /// True when its offset lies below the loaded one but its sequence above: the log is another one.
    package var isFromOtherLog = false

    package enum Content: Sendable {
        /// A record to load.
        case upsert(RecordEvent)
        /// A record that the extractor could not let pass, in its place.
        indirect case rejected(RejectedRecord, EventEnvelope)
        indirect case schema(StreamSchema, EventEnvelope)
        indirect case version(StreamVersion, EventEnvelope)
        /// It names its connection rightly but does not decode.
        case undecodable(reason: String, value: Bytes)
    }

    /// About what a row of a sub-table takes beside its values: its key, its levels and its place.
    private static let bytesOfElement = 64

    package init(stream: StreamName, delivery: Delivery, content: Content) {
        self.init(EventOrigin(stream: stream, partition: delivery.topicPartition), delivery, content)
    }

    init(_ origin: EventOrigin, _ delivery: Delivery, _ content: Content) {
        self.origin = origin
        self.offset = delivery.offset
        self.receivedAt = delivery.timestamp
        self.content = content
        var elements = 0
        if case .upsert(let event) = content { elements = event.elements }
        self.bytes = (delivery.value?.count ?? 0) + (delivery.key?.count ?? 0) + elements * Self.bytesOfElement
    }

    package var stream: StreamName { origin.stream }
    package var topic: String { origin.partition.topic }
    package var partition: Int32 { origin.partition.partition }
    package var topicPartition: TopicPartition { origin.partition }

    /// Nil where it could not be decoded.
    package var envelope: EventEnvelope? {
        switch content {
        case .upsert(let event): event.envelope
        case .rejected(_, let envelope), .schema(_, let envelope), .version(_, let envelope): envelope
        case .undecodable: nil
        }
    }

    package var sequence: Int64? { envelope?.sequence }

    /// The mark of the reset that it tells of.
    package var reset: Int64? {
        if case .schema(let schema, _) = content { schema.reset } else { nil }
    }

    /// True when it counts in the arithmetic of the report: records do, schemas and versions do not.
    package var isRecord: Bool {
        switch content {
        case .upsert, .rejected, .undecodable: true
        case .schema, .version: false
        }
    }
}
