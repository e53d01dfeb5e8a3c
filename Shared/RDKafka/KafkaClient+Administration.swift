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
        return answer.topicFailures(call: call)
    }

    /// The configuration of existing topics, by Kafka's own names.
    package func topicConfigurations(
        _ topics: [String],
        milliseconds: Int32
    ) throws(KafkaError) -> [String: [String: String]] {
        let call = "rd_kafka_DescribeConfigs"
        let handle = try open(for: call)
        var handles: [OpaquePointer?] = topics.map { rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0) }
        defer { rd_kafka_ConfigResource_destroy_array(&handles, handles.count) }
        let answer = try AdministrationAnswer(handle, call: call, milliseconds: milliseconds) { options, queue in
            rd_kafka_DescribeConfigs(handle, &handles, handles.count, options, queue)
        }
        return try answer.configurations(call: call)
    }
}

/// Owns the answer to a request of the admin API.
private struct AdministrationAnswer: ~Copyable {
    private let event: OpaquePointer

    init(
        _ handle: OpaquePointer,
        call: String,
        milliseconds: Int32,
        _ request: (_ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void
    ) throws(KafkaError) {
        let options = rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_ANY)
        defer { rd_kafka_AdminOptions_destroy(options) }
        var reason = [CChar](repeating: 0, count: 256)
        try KafkaError.check(
            rd_kafka_AdminOptions_set_request_timeout(options, milliseconds, &reason, reason.count),
            call: call
        )
        let queue = rd_kafka_queue_new(handle)
        defer { rd_kafka_queue_destroy(queue) }
        request(options, queue)
        // The request has its own timeout, which always makes an event; this one only bounds a fault of the library.
        guard let event = rd_kafka_queue_poll(queue, milliseconds + 10_000) else {
            throw KafkaError(.timedOut, call: call, isRetriable: true)
        }
        let code = KafkaError.Code(rd_kafka_event_error(event))
        guard code == .none else {
            let text = rd_kafka_event_error_string(event).map { String(cString: $0) }
            rd_kafka_event_destroy(event)
            throw KafkaError(code, call: call, text: text)
        }
        self.event = event
    }

    deinit {
        rd_kafka_event_destroy(event)
    }

    func topicFailures(call: String) -> [String: KafkaError] {
        var count = 0
        guard let result = rd_kafka_event_CreateTopics_result(event),
            let topics = rd_kafka_CreateTopics_result_topics(result, &count)
        else { return [:] }
        var failures: [String: KafkaError] = [:]
        for case let topic? in UnsafeBufferPointer(start: topics, count: count) {
            let code = KafkaError.Code(rd_kafka_topic_result_error(topic))
            guard code != .none else { continue }
            let text = rd_kafka_topic_result_error_string(topic).map { String(cString: $0) }
            failures[String(cString: rd_kafka_topic_result_name(topic))] = KafkaError(code, call: call, text: text)
        }
        return failures
    }

    func configurations(call: String) throws(KafkaError) -> [String: [String: String]] {
        var count = 0
        guard let result = rd_kafka_event_DescribeConfigs_result(event),
            let resources = rd_kafka_DescribeConfigs_result_resources(result, &count)
        else { return [:] }
        var configurations: [String: [String: String]] = [:]
        for case let resource? in UnsafeBufferPointer(start: resources, count: count) {
            try KafkaError.check(rd_kafka_ConfigResource_error(resource), call: call)
            var entryCount = 0
            var values: [String: String] = [:]
            let entries = rd_kafka_ConfigResource_configs(resource, &entryCount)
            for case let entry? in UnsafeBufferPointer(start: entries, count: entryCount) {
                guard let name = rd_kafka_ConfigEntry_name(entry), let value = rd_kafka_ConfigEntry_value(entry) else {
                    continue
                }
                values[String(cString: name)] = String(cString: value)
            }
            configurations[String(cString: rd_kafka_ConfigResource_name(resource))] = values
        }
        return configurations
    }
}
