import CLibrdkafka

/// What the brokers say of themselves and of topics.
package struct KafkaMetadata: Hashable, Sendable {
    /// The brokers' ids.
    package var brokers: Set<Int32>
    /// Partitions by topic; topics that do not exist are left out.
    package var partitions: [String: Int32]
    /// Topics of which a partition has no leader now.
    package var withoutLeader: Set<String>
    /// What is wrong with topics that were asked for by name.
    package var problems: [String: KafkaError.Code]
}

extension KafkaClient {
    /// All topics that this client may see.
    package func metadata(milliseconds: Int32) throws(KafkaError) -> KafkaMetadata {
        try metadata(topic: nil, milliseconds: milliseconds)
    }

    /// One topic. With `allow.auto.create.topics` the broker may make it.
    package func metadata(of topic: String, milliseconds: Int32) throws(KafkaError) -> KafkaMetadata {
        try metadata(topic: try topicHandle(topic), milliseconds: milliseconds)
    }

    /// The id of the broker that takes requests of the admin API; below zero when none was named in time.
    package func controller(milliseconds: Int32) throws(KafkaError) -> Int32 {
        rd_kafka_controllerid(try open(for: "rd_kafka_controllerid"), milliseconds)
    }

    private func metadata(topic: OpaquePointer?, milliseconds: Int32) throws(KafkaError) -> KafkaMetadata {
        let handle = try open(for: "rd_kafka_metadata")
        var answer: UnsafePointer<rd_kafka_metadata>?
        try KafkaError.check(
            rd_kafka_metadata(handle, topic == nil ? 1 : 0, topic, &answer, milliseconds),
            call: "rd_kafka_metadata"
        )
        guard let answer else { throw KafkaError(.invalidArgument, call: "rd_kafka_metadata") }
        defer { rd_kafka_metadata_destroy(answer) }
        return KafkaMetadata(answer.pointee)
    }
}

extension KafkaMetadata {
    init(_ answer: rd_kafka_metadata) {
        let brokers = UnsafeBufferPointer(start: answer.brokers, count: Int(answer.broker_cnt))
        self.init(brokers: Set(brokers.map(\.id)), partitions: [:], withoutLeader: [], problems: [:])
        for topic in UnsafeBufferPointer(start: answer.topics, count: Int(answer.topic_cnt)) {
            let name = String(cString: topic.topic)
            let code = KafkaError.Code(topic.err)
            guard code == .none else {
                problems[name] = code
                continue
            }
            partitions[name] = topic.partition_cnt
            let list = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
            if list.contains(where: { $0.leader < 0 }) { withoutLeader.insert(name) }
        }
    }
}
