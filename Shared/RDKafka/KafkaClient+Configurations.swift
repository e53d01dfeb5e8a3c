import CLibrdkafka

/// One setting of a topic or a broker, as the cluster says it is.
package struct KafkaConfigurationEntry: Hashable, Sendable {
    /// Nil where the cluster keeps it to itself.
    package var value: String?
    /// It was set for this very topic, and is not the cluster's default.
    package var isTopicsOwn: Bool

    package init(value: String?, isTopicsOwn: Bool) {
        self.value = value
        self.isTopicsOwn = isTopicsOwn
    }
}

/// Settings by Kafka's own names.
package typealias KafkaConfigurationEntries = [String: KafkaConfigurationEntry]

extension KafkaClient {
    /// The configuration of existing topics.
    package func topicConfigurations(
        _ topics: [String],
        milliseconds: Int32
    ) throws(KafkaError) -> [String: KafkaConfigurationEntries] {
        try configurations(RD_KAFKA_RESOURCE_TOPIC, topics, milliseconds: milliseconds)
    }

    /// The configuration of one broker.
    package func brokerConfiguration(
        _ broker: Int32,
        milliseconds: Int32
    ) throws(KafkaError) -> KafkaConfigurationEntries {
        let name = "\(broker)"
        return try configurations(RD_KAFKA_RESOURCE_BROKER, [name], milliseconds: milliseconds)[name] ?? [:]
    }

    private func configurations(
        _ kind: rd_kafka_ResourceType_t,
        _ names: [String],
        milliseconds: Int32
    ) throws(KafkaError) -> [String: KafkaConfigurationEntries] {
        let call = "rd_kafka_DescribeConfigs"
        let handle = try open(for: call)
        var handles: [OpaquePointer?] = names.map { rd_kafka_ConfigResource_new(kind, $0) }
        defer { rd_kafka_ConfigResource_destroy_array(&handles, handles.count) }
        let answer = try AdministrationAnswer(handle, call: call, milliseconds: milliseconds) { options, queue in
            rd_kafka_DescribeConfigs(handle, &handles, handles.count, options, queue)
        }
        var count = 0
        guard let result = rd_kafka_event_DescribeConfigs_result(answer.event),
            let resources = rd_kafka_DescribeConfigs_result_resources(result, &count)
        else { return [:] }
        var configurations: [String: KafkaConfigurationEntries] = [:]
        for case let resource? in UnsafeBufferPointer(start: resources, count: count) {
            let failure = answer.failure(
                rd_kafka_ConfigResource_error(resource),
                rd_kafka_ConfigResource_error_string(resource)
            )
            if let failure { throw failure }
            configurations[String(cString: rd_kafka_ConfigResource_name(resource))] = Self.entries(of: resource)
        }
        return configurations
    }

    private static func entries(of resource: OpaquePointer) -> KafkaConfigurationEntries {
        var count = 0
        var values: KafkaConfigurationEntries = [:]
        let entries = rd_kafka_ConfigResource_configs(resource, &count)
        for case let entry? in UnsafeBufferPointer(start: entries, count: count) {
            guard let name = rd_kafka_ConfigEntry_name(entry) else { continue }
            values[String(cString: name)] = KafkaConfigurationEntry(
                value: rd_kafka_ConfigEntry_value(entry).map { String(cString: $0) },
                isTopicsOwn: rd_kafka_ConfigEntry_source(entry) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG
            )
        }
        return values
    }

    /// Gives each topic these settings of its own, and no others: what is left out falls back to the cluster's default.
    ///
    /// The call replaces a topic's settings as a whole; the one that changes single settings came with librdkafka 2.2.
    /// - Returns: what failed, by topic.
    package func replaceTopicConfigurations(
        _ configurations: [String: [String: String]],
        milliseconds: Int32
    ) throws(KafkaError) -> [String: KafkaError] {
        let call = "rd_kafka_AlterConfigs"
        let handle = try open(for: call)
        var handles: [OpaquePointer?] = []
        defer { rd_kafka_ConfigResource_destroy_array(&handles, handles.count) }
        for (topic, values) in configurations.sorted(by: { $0.key < $1.key }) {
            let resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic)
            handles.append(resource)
            for (name, value) in values {
                try KafkaError.check(rd_kafka_ConfigResource_set_config(resource, name, value), call: call)
            }
        }
        let answer = try AdministrationAnswer(handle, call: call, milliseconds: milliseconds) { options, queue in
            rd_kafka_AlterConfigs(handle, &handles, handles.count, options, queue)
        }
        var count = 0
        guard let result = rd_kafka_event_AlterConfigs_result(answer.event),
            let resources = rd_kafka_AlterConfigs_result_resources(result, &count)
        else { return [:] }
        var failures: [String: KafkaError] = [:]
        for case let resource? in UnsafeBufferPointer(start: resources, count: count) {
            failures[String(cString: rd_kafka_ConfigResource_name(resource))] = answer.failure(
                rd_kafka_ConfigResource_error(resource),
                rd_kafka_ConfigResource_error_string(resource)
            )
        }
        return failures
    }
}
