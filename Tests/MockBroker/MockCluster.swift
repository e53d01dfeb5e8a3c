import CLibrdkafka
import Foundation

/// Owns the mock cluster and the client handle whose thread runs it.
final class MockCluster {
    private let client: OpaquePointer
    private let cluster: OpaquePointer
    private let brokers: Int32
    private let partitions: Int32
    private var topics: [String: Int32] = [:]
    /// Topics that clients are told do not exist.
    private var hidden: Set<String> = []

    /// What librdkafka gives a topic that it makes because a client, even a subscriber, asked for it.
    private static let onDemandPartitions: Int32 = 4

    /// - Parameter partitions: of topics that are made without a count.
    init?(brokers: Int32, partitions: Int32) {
        var reason = [CChar](repeating: 0, count: 512)
        guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), &reason, reason.count) else {
            return nil
        }
        guard let cluster = rd_kafka_mock_cluster_new(client, brokers) else {
            rd_kafka_destroy(client)
            return nil
        }
        self.client = client
        self.cluster = cluster
        self.brokers = brokers
        self.partitions = partitions
    }

    deinit {
        rd_kafka_mock_cluster_destroy(cluster)
        rd_kafka_destroy(client)
    }

    /// `host:port,host:port`
    var bootstrapServers: String { String(cString: rd_kafka_mock_cluster_bootstraps(cluster)) }

    /// Makes the topics of a file: `NAME [PARTITIONS]` a line.
    func createTopics(listedIn path: String) throws {
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            guard let command = MockCommand("topic \(line)") else { throw MockFault("not a topic: \(line)") }
            if let problem = perform(command) { throw MockFault(problem) }
        }
    }

    /// - Returns: why it failed.
    func perform(_ command: MockCommand) -> String? {
        switch command {
        case .topic(let name, let count):
            createTopic(name, count ?? partitions)
        case .absent(let name, let count):
            hideTopic(name, count ?? partitions)
        case .down(let broker):
            problem(rd_kafka_mock_broker_set_down(cluster, broker))
        case .up(let broker):
            problem(rd_kafka_mock_broker_set_up(cluster, broker))
        case .roundTrip(let broker, let milliseconds):
            problem(rd_kafka_mock_broker_set_rtt(cluster, broker, milliseconds))
        case .error(let api, let code, let count):
            pushErrors(api, code, count)
        case .coordinator(let kind, let key, let broker):
            problem(rd_kafka_mock_coordinator_set(cluster, kind, key, broker))
        case .leader(let topic, let partition, let broker):
            problem(rd_kafka_mock_partition_set_leader(cluster, topic, partition, broker))
        case .quit:
            nil
        }
    }

    private func createTopic(_ name: String, _ count: Int32) -> String? {
        if hidden.remove(name) != nil { rd_kafka_mock_topic_set_error(cluster, name, RD_KAFKA_RESP_ERR_NO_ERROR) }
        if let existing = topics[name] {
            return existing == count ? nil : "\(name) exists with \(existing) partitions"
        }
        let code = rd_kafka_mock_topic_create(cluster, name, count, min(brokers, 3))
        if code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS {
            if count == Self.onDemandPartitions { return nil }
            return "a client asked for \(name) before, so it has \(Self.onDemandPartitions) partitions"
        }
        if code == RD_KAFKA_RESP_ERR_NO_ERROR { topics[name] = count }
        return problem(code)
    }

    private func hideTopic(_ name: String, _ count: Int32) -> String? {
        if topics[name] != nil { return nil }
        let failure = createTopic(name, count)
        if failure == nil {
            hidden.insert(name)
            rd_kafka_mock_topic_set_error(cluster, name, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        }
        return failure
    }

    private func pushErrors(_ api: Int16, _ code: Int32, _ count: Int) -> String? {
        let errors = [rd_kafka_resp_err_t](repeating: rd_kafka_resp_err_t(rawValue: code), count: count)
        rd_kafka_mock_push_request_errors_array(cluster, api, count, errors)
        return nil
    }

    private func problem(_ code: rd_kafka_resp_err_t) -> String? {
        code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : String(cString: rd_kafka_err2name(code))
    }
}

/// Why `mock-broker` cannot start.
struct MockFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
