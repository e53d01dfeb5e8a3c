import CLibrdkafka

/// One partition of a topic, as librdkafka names it.
package struct KafkaPartition: Hashable, Sendable {
    package var topic: String
    package var partition: Int32

    package init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }
}

/// A partition with an offset, as a call took or gave it.
package struct KafkaOffset: Hashable, Sendable {
    package var partition: KafkaPartition
    package var offset: Int64
    /// What the call found wrong with this partition alone.
    package var code: KafkaError.Code

    package init(_ partition: KafkaPartition, _ offset: Int64, code: KafkaError.Code = .none) {
        self.partition = partition
        self.offset = offset
        self.code = code
    }

    /// Asks for the log's start, or stands for it.
    package static let beginning = Int64(RD_KAFKA_OFFSET_BEGINNING)
    /// Asks for the log's end, or stands for it.
    package static let end = Int64(RD_KAFKA_OFFSET_END)
    /// There is none.
    package static let invalid = Int64(RD_KAFKA_OFFSET_INVALID)
}

/// Owns a list of partitions with offsets.
struct PartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ offsets: some Collection<KafkaOffset>) {
        pointer = rd_kafka_topic_partition_list_new(Int32(offsets.count))
        for entry in offsets {
            let added = rd_kafka_topic_partition_list_add(pointer, entry.partition.topic, entry.partition.partition)
            added?.pointee.offset = entry.offset
        }
    }

    deinit {
        rd_kafka_topic_partition_list_destroy(pointer)
    }

    var entries: [KafkaOffset] { Self.entries(of: pointer) }

    /// The entries of a list that someone else owns.
    static func entries(of list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> [KafkaOffset] {
        UnsafeBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt)).map { entry in
            KafkaOffset(
                KafkaPartition(topic: String(cString: entry.topic), partition: entry.partition),
                entry.offset,
                code: KafkaError.Code(entry.err)
            )
        }
    }
}
