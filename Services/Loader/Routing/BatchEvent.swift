package import Messaging
package import Model

/// A delivery that belongs to a known connection, as a batch holds it.
package struct BatchEvent: Sendable {
    package var stream: StreamName
    package var topic: String
    package var partition: Int32
    package var offset: Int64
    /// When the log appended it: `_sdc_received_at`.
    package var receivedAt: Timestamp
    package var content: Content
    /// What it holds in memory.
    package var bytes: Int
    /// True when its offset lies below the loaded one but its sequence above: the log is another one.
    package var isFromOtherLog = false

    package enum Content: Sendable {
        /// A record to load.
        case upsert(RecordEvent)
        /// A record that the extractor could not let pass, in its place.
        case rejected(RejectedRecord, EventEnvelope)
        case schema(StreamSchema, EventEnvelope)
        case version(StreamVersion, EventEnvelope)
        /// It names its connection rightly but does not decode.
        case undecodable(reason: String, value: Bytes)
    }

    package init(stream: StreamName, delivery: Delivery, content: Content) {
        self.stream = stream
        self.topic = delivery.topic
        self.partition = delivery.partition
        self.offset = delivery.offset
        self.receivedAt = delivery.timestamp
        self.content = content
        self.bytes = (delivery.value?.count ?? 0) + (delivery.key?.count ?? 0)
    }

    package var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }

    /// Nil where it could not be decoded.
    package var envelope: EventEnvelope? {
        switch content {
        case .upsert(let event): event.envelope
        case .rejected(_, let envelope), .schema(_, let envelope), .version(_, let envelope): envelope
        case .undecodable: nil
        }
    }

    package var sequence: Int64? { envelope?.sequence }

    /// True when it counts in the arithmetic of the report: records do, schemas and versions do not.
    package var isRecord: Bool {
        switch content {
        case .upsert, .rejected, .undecodable: true
        case .schema, .version: false
        }
    }
}
