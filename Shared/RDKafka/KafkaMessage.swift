import CLibrdkafka

/// Owns a message that was received, or an event in a message's place (see ``error``).
package struct KafkaMessage: ~Copyable {
    private let pointer: UnsafeMutablePointer<rd_kafka_message_t>

    init(taking pointer: UnsafeMutablePointer<rd_kafka_message_t>) {
        self.pointer = pointer
    }

    deinit {
        rd_kafka_message_destroy(pointer)
    }

    /// Set when this is no message but an event: a partition's end, an error. Then the value is the library's text.
    package var error: KafkaError? {
        guard pointer.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        let text = rd_kafka_message_errstr(pointer).map { String(cString: $0) }
        return KafkaError(.init(pointer.pointee.err), call: "rd_kafka_consumer_poll", text: text)
    }

    /// Nil for an event that is of no topic.
    package var partition: KafkaPartition? {
        guard let topic = pointer.pointee.rkt else { return nil }
        return KafkaPartition(topic: String(cString: rd_kafka_topic_name(topic)), partition: pointer.pointee.partition)
    }

    package var offset: Int64 { pointer.pointee.offset }

    /// Milliseconds since 1970; -1 where the broker gave none.
    package var timestampMilliseconds: Int64 { rd_kafka_message_timestamp(pointer, nil) }

    /// Bytes of the value, none for a tombstone.
    package var valueCount: Int { pointer.pointee.payload == nil ? 0 : pointer.pointee.len }

    /// The key, copied; nil where there is none.
    package var key: [UInt8]? { Self.copy(pointer.pointee.key, pointer.pointee.key_len) }

    /// The value, copied; nil for a tombstone.
    package var value: [UInt8]? { Self.copy(pointer.pointee.payload, pointer.pointee.len) }

    private static func copy(_ start: UnsafeMutableRawPointer?, _ count: Int) -> [UInt8]? {
        start.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: count)) }
    }
}
