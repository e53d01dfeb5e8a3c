import Logging
import Messaging
import Model
import RDKafka

/// Asks the cluster for topics and offsets, and creates topics.
actor KafkaAdministrator {
    private let executor = BlockingExecutor(label: "deskpipe.kafka.administrator")
    private let settings: KafkaSettings
    private let makeMaker: @Sendable () throws -> KafkaClient
    private let client: KafkaClient
    private let logger: Logger

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - configuration: of a client that sees the log's end as it is.
    ///   - maker: of a client whose questions may make a topic.
    init(
        _ configuration: KafkaConfiguration,
        maker: KafkaConfiguration,
        settings: KafkaSettings,
        logger: Logger
    ) throws {
        client = try translatingKafkaErrors { try KafkaClient(.consumer, configuration) }
        makeMaker = { try KafkaClient(.consumer, maker) }
        self.settings = settings
        self.logger = logger
    }

    func close() {
        client.close()
    }

    /// Creates what is missing and checks what exists.
    func prepare(_ topics: [TopicSpecification]) throws {
        let metadata = try metadata()
        let missing = topics.filter { metadata.partitions[$0.name] == nil }
        let existing = topics.filter { metadata.partitions[$0.name] != nil }
        for topic in existing { try checkPartitions(of: topic, metadata.partitions[topic.name]) }
        // Brokers without the admin API name a controller that is none of them: the library would wait for it in vain.
        let controller = try translatingKafkaErrors { try client.controller(milliseconds: 5000) }
        let isAdministered = metadata.brokers.contains(controller)
        if isAdministered { try checkConfiguration(of: existing) }
        if missing.isEmpty { return }
        if isAdministered, try create(missing, brokers: metadata.brokers.count) {
            try awaitTopics(missing)
        } else {
            try provoke(missing)
        }
    }

    /// The offsets that partitions hold now, those of open transactions too; empty for a topic that does not exist.
    func ranges(of topic: String, partitions: [Int32]?) throws -> [Int32: Range<Int64>] {
        guard let count = try metadata().partitions[topic] else { return [:] }
        let names = (partitions ?? Array(0..<count)).map { KafkaPartition(topic: topic, partition: $0) }
        let ranges = try translatingKafkaErrors {
            try client.ranges(of: names, until: Deadline(after: settings.patience))
        }
        return Dictionary(ranges.map { ($0.key.partition, $0.value) }) { first, _ in first }
    }

    private func metadata() throws -> KafkaMetadata {
        try translatingKafkaErrors {
            try client.metadata(milliseconds: Deadline(after: settings.patience).milliseconds(atMost: 30_000))
        }
    }

    private func checkPartitions(of topic: TopicSpecification, _ count: Int32?) throws {
        guard let count, count != settings.partitions else { return }
        throw MessagingError.topicContradicts(
            topic: topic.name,
            problem: "it has \(count) partitions, the namespace's topics have \(settings.partitions); "
                + "the count is fixed for a namespace's life: set `kafka.partitions` to it or use another namespace"
        )
    }

    private func checkConfiguration(of topics: [TopicSpecification]) throws {
        if topics.isEmpty { return }
        let configurations: [String: [String: String]]
        do {
            configurations = try client.topicConfigurations(topics.map(\.name), milliseconds: 10_000)
        } catch {
            switch error.code {
            case .unsupportedFeature, .unsupportedVersion, .topicUnauthorized, .clusterUnauthorized:
                logger.info(
                    "the brokers do not show the topics' configuration",
                    metadata: [LogKeys.error: "\(error.text)"]
                )
                return
            default:
                throw error.asMessagingError
            }
        }
        for topic in topics {
            guard let problem = configurations[topic.name].flatMap(topic.problem(with:)) else { continue }
            throw MessagingError.topicContradicts(topic: topic.name, problem: problem)
        }
    }

    /// - Returns: false where the brokers have no call for it.
    private func create(_ topics: [TopicSpecification], brokers: Int) throws -> Bool {
        let new = topics.map {
            KafkaNewTopic(
                name: $0.name,
                partitions: settings.partitions,
                replication: settings.replication,
                configuration: $0.kafkaConfiguration
            )
        }
        let failures: [String: KafkaError]
        do {
            failures = try client.createTopics(new, milliseconds: 30_000)
        } catch {
            if error.code == .unsupportedFeature || error.code == .unsupportedVersion { return false }
            throw error.asMessagingError
        }
        for (topic, error) in failures.sorted(by: { $0.key < $1.key }) where error.code != .topicExists {
            if error.code == .invalidReplication {
                throw MessagingError.refused(
                    call: "creating \(topic)",
                    reason: "`kafka.replication` asks for \(settings.replication) copies and the cluster has "
                        + "\(brokers) brokers; add brokers, or set `kafka.replication: \(brokers)`"
                )
            }
            throw error.asMessagingError
        }
        return true
    }

    /// Waits until new topics are known and led.
    private func awaitTopics(_ topics: [TopicSpecification]) throws {
        let deadline = Deadline(after: settings.patience)
        while true {
            let metadata = try metadata()
            let isComplete = topics.allSatisfy {
                metadata.partitions[$0.name] != nil && !metadata.withoutLeader.contains($0.name)
            }
            if isComplete {
                for topic in topics { try checkPartitions(of: topic, metadata.partitions[topic.name]) }
                return
            }
            if deadline.isOver {
                throw MessagingError.unavailable(call: "rd_kafka_CreateTopics", reason: "new topics have no leader")
            }
            try translatingKafkaErrors { try client.poll(milliseconds: 50) }
        }
    }

    /// Where topics cannot be created by request: takes those that the broker makes when they are asked for.
    private func provoke(_ topics: [TopicSpecification]) throws {
        try translatingKafkaErrors {
            let maker = try makeMaker()
            defer { maker.close() }
            for topic in topics {
                let answer = try maker.metadata(of: topic.name, milliseconds: 10_000)
                guard let count = answer.partitions[topic.name] else {
                    throw MessagingError.refused(
                        call: "creating \(topic.name)",
                        reason: "the brokers cannot create topics; create it with \(settings.partitions) partitions"
                    )
                }
                try checkPartitions(of: topic, count)
            }
        }
    }
}
