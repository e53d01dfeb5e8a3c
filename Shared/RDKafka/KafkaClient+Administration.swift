import CLibrdkafka

/// A topic to be made.
package struct KafkaNewTopic: Hashable, Sendable {
    package var name: String
    package var partitions: Int32
    package var replication: Int32
    /// By Kafka's own names.
    package var configuration: [String: String]

    package init(name: String, partitions: Int32, replication: Int32, configuration: [String: String]) {
        self.name = name
        self.partitions = partitions
        self.replication = replication
        self.configuration = configuration
    }
}

extension KafkaClient {
    /// Creates topics; they may take a moment to show up in ``metadata(milliseconds:)``.
    /// - Returns: what failed, by topic.
    package func createTopics(_ topics: [KafkaNewTopic], milliseconds: Int32) throws(KafkaError) -> [String: KafkaError]
    {
        let call = "rd_kafka_CreateTopics"
        let handle = try open(for: call)
        var handles: [OpaquePointer?] = []
        defer { rd_kafka_NewTopic_destroy_array(&handles, handles.count) }
        for topic in topics {
            var reason = [CChar](repeating: 0, count: 512)
            let new = rd_kafka_NewTopic_new(topic.name, topic.partitions, topic.replication, &reason, reason.count)
            guard let new else {
                let text = String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                throw KafkaError(.invalidArgument, call: call, text: text)
            }
            handles.append(new)
            for (name, value) in topic.configuration.sorted(by: { $0.key < $1.key }) {
                try KafkaError.check(rd_kafka_NewTopic_set_config(new, name, value), call: call)
            }
        }
        let answer = try AdministrationAnswer(handle, call: call, milliseconds: milliseconds) { options, queue in
            rd_kafka_CreateTopics(handle, &handles, handles.count, options, queue)
        }
        var count = 0
        guard let result = rd_kafka_event_CreateTopics_result(answer.event),
            let results = rd_kafka_CreateTopics_result_topics(result, &count)
        else { return [:] }
        var failures: [String: KafkaError] = [:]
        for case let topic? in UnsafeBufferPointer(start: results, count: count) {
            let name = String(cString: rd_kafka_topic_result_name(topic))
            failures[name] = answer.failure(
                rd_kafka_topic_result_error(topic),
                rd_kafka_topic_result_error_string(topic)
            )
        }
        return failures
    }
}
