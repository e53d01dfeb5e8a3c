package import Logging
package import Messaging
import Model
import RDKafka

/// The log on a Kafka cluster.
package final class KafkaTransport: Transport {
    private let settings: KafkaSettings
    private let properties: KafkaProperties
    private let topics = KnownTopics()
    private let administrator: KafkaAdministrator
    private let logger: Logger

    /// Connects in the background; the first call finds out whether the brokers answer.
    /// - Throws: ``KafkaSettingsError``.
    package init(_ settings: KafkaSettings, logger: Logger) throws {
        try settings.validate()
        self.settings = settings
        self.logger = logger
        properties = KafkaProperties(settings, features: KafkaConfiguration.builtInFeatures)
        administrator = try KafkaAdministrator(
            Self.configuration(properties, properties.administrator, logger),
            settings: settings,
            logger: logger
        )
    }

    package var partitions: Int32 { settings.partitions }

    package func prepare(_ topics: [TopicSpecification]) async throws {
        try await administrator.prepare(topics)
        self.topics.add(topics)
    }

    package func reach() async throws {
        // Asking for no partition asks the brokers for their topics.
        _ = try await administrator.ranges(of: "", partitions: [])
    }

    package func check(_ topics: [TopicSpecification]) async throws {
        try await administrator.check(topics)
        self.topics.add(topics)
    }

    /// What of the topics, and of the brokers' settings that matter to them, is not as the contract says.
    package func plan(_ topics: [TopicSpecification]) async throws -> TopicPlan {
        try await administrator.plan(topics)
    }

    /// Makes the topics that are missing and mends the settings that differ; a topic's other settings stay. Where
    /// nothing differs nothing is done.
    /// - Returns: what there was, and what there is now.
    package func apply(_ topics: [TopicSpecification]) async throws -> (before: TopicPlan, after: TopicPlan) {
        try await administrator.apply(topics)
    }

    package func producer(_ identity: ProducerIdentity) async throws -> any MessageProducer {
        switch identity {
        case .transactional(let id):
            let producer = try TransactionalProducer(
                configuration(properties.transactionalProducer(id: id)),
                topics: topics,
                patience: settings.patience
            )
            do {
                try await producer.start()
            } catch {
                await producer.close()
                throw error
            }
            return producer
        case .idempotent:
            let producer = try IdempotentProducer(
                configuration(properties.idempotentProducer),
                topics: topics
            )
            try await producer.start()
            return producer
        }
    }

    package func consumer(group: String, topics: [String]) async throws -> any MessageConsumer {
        let consumer = try KafkaConsumer(
            configuration(properties.groupConsumer(group)),
            patience: settings.patience,
            logger: logger
        )
        try await consumer.start(topics: topics)
        return consumer
    }

    package func reader(
        of topic: String,
        partitions: [Int32]?,
        from: [Int32: Int64]
    ) async throws -> any MessageReader {
        try await reader(of: topic, partitions: partitions, from: from, waitsForTransactions: true)
    }

    package func decidedReader(
        of topic: String,
        partitions: [Int32]?,
        from: [Int32: Int64]
    ) async throws -> any MessageReader {
        try await reader(of: topic, partitions: partitions, from: from, waitsForTransactions: false)
    }

    private func reader(
        of topic: String,
        partitions: [Int32]?,
        from: [Int32: Int64],
        waitsForTransactions: Bool
    ) async throws -> any MessageReader {
        var ranges = try await administrator.ranges(of: topic, partitions: partitions)
        for (partition, range) in ranges {
            let start = min(max(from[partition] ?? range.lowerBound, range.lowerBound), range.upperBound)
            ranges[partition] = start..<range.upperBound
        }
        let reader = try KafkaReader(
            configuration(properties.reader),
            topic: topic,
            patience: settings.patience + KafkaProperties.transactionTimeout,
            waitsForTransactions: waitsForTransactions
        )
        try await reader.start(ranges)
        return reader
    }

    package func close() async {
        await administrator.close()
    }

    private func configuration(_ values: [String: String]) -> KafkaConfiguration {
        Self.configuration(properties, values, logger)
    }

    private static func configuration(
        _ properties: KafkaProperties,
        _ values: [String: String],
        _ logger: Logger
    ) -> KafkaConfiguration {
        KafkaConfiguration(values, secretProperties: properties.secretProperties) { line in
            logger.log(
                level: line.severity,
                "librdkafka",
                metadata: [LogKeys.facility: "\(line.facility)", LogKeys.error: "\(line.text)"]
            )
        }
    }
}

extension KafkaLogLine {
    /// The library reports as errors what it goes on to mend by itself.
    fileprivate var severity: Logger.Level {
        switch level {
        case ...2: .error
        // A connection's failure is told again as an ERROR of the client.
        case 3: facility == "FAIL" ? .debug : .warning
        case 4: facility == "CONFWARN" ? .debug : .info
        case 5, 6: .debug
        default: .trace
        }
    }
}
