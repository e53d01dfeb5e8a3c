import CLibrdkafka

/// What the brokers say of themselves and of topics.
package struct KafkaMetadata: Hashable, Sendable {
    /// The brokers' hosts by id.
    package var brokers: [Int32: String]
    /// Partitions by topic; topics that do not exist are left out.
    package var partitions: [String: Int32]
    /// By topic, the copies of the partition that has fewest.
    package var replicas: [String: Int32]
    /// Topics of which a partition has no leader now.
    package var withoutLeader: Set<String>
}

extension KafkaClient {
    /// All topics that this client may see.
    package func metadata(milliseconds: Int32) throws(KafkaError) -> KafkaMetadata {
        let handle = try open(for: "rd_kafka_metadata")
        var answer: UnsafePointer<rd_kafka_metadata>?
        try KafkaError.check(rd_kafka_metadata(handle, 1, nil, &answer, milliseconds), call: "rd_kafka_metadata")
        guard let answer else { throw KafkaError(.invalidArgument, call: "rd_kafka_metadata") }
        defer { rd_kafka_metadata_destroy(answer) }
        return KafkaMetadata(answer.pointee)
    }

    /// The id of the broker that takes requests of the admin API; below zero when none was named in time.
    package func controller(milliseconds: Int32) throws(KafkaError) -> Int32 {
        rd_kafka_controllerid(try open(for: "rd_kafka_controllerid"), milliseconds)
    }
}

extension KafkaMetadata {
    init(_ answer: rd_kafka_metadata) {
        self.init(brokers: [:], partitions: [:], replicas: [:], withoutLeader: [])
        for broker in UnsafeBufferPointer(start: answer.brokers, count: Int(answer.broker_cnt)) {
            brokers[broker.id] = String(cString: broker.host)
        }
        for topic in UnsafeBufferPointer(start: answer.topics, count: Int(answer.topic_cnt)) {
            guard topic.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            let name = String(cString: topic.topic)
            partitions[name] = topic.partition_cnt
            let list = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
            replicas[name] = list.map(\.replica_cnt).min() ?? 0
            if list.contains(where: { $0.leader < 0 }) { withoutLeader.insert(name) }
        }
    }
}
