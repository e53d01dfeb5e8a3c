import Logging
import Messaging
import Model
import RDKafka

/// Asks the cluster for topics and offsets, makes topics and mends their settings.
actor KafkaAdministrator {
    private let executor = BlockingExecutor(label: "deskpipe.kafka.administrator")
    private let settings: KafkaSettings
    private let rule: TopicRule
    private let client: KafkaClient
    private let logger: Logger

    /// How long brokers may take to know of what the controller has changed.
    private static let propagation = Duration.seconds(10)

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter configuration: of a client that sees the log's end as it is.
    init(_ configuration: KafkaConfiguration, settings: KafkaSettings, logger: Logger) throws {
        client = try translatingKafkaErrors { try KafkaClient(.consumer, configuration) }
        rule = TopicRule(partitions: settings.partitions, replication: settings.replication)
        self.settings = settings
        self.logger = logger
    }

    func close() {
        client.close()
    }

    /// What there is, beside what there should be.
    func plan(_ topics: [TopicSpecification]) throws -> TopicPlan { try look(at: topics).plan }

    /// Refuses topics that are missing or contradict the contract; what else differs is logged.
    ///
    /// Topics that are missing are asked for again for a moment: whichever broker answers may have yet to hear of them.
    func check(_ topics: [TopicSpecification]) throws {
        let deadline = Deadline(after: min(settings.patience, .seconds(3)))
        var plan = try look(at: topics, withBrokers: false).plan
        while plan.topics.contains(where: \.isMissing), !deadline.isOver {
            try translatingKafkaErrors(of: client) { try client.poll(milliseconds: 100) }
            plan = try look(at: topics, withBrokers: false).plan
        }
        try refuse(plan.topics)
        for topic in plan.topics where topic.state == .differs {
            let differences = topic.differences.map { "\($0.setting): \($0.actual), not \($0.wanted)" }
            logger.warning(
                "a topic is not as it should be; `deskpipe topics plan` says what to do",
                metadata: [
                    "messaging.destination.name": "\(topic.name)", "reason": "\(differences.joined(separator: "; "))",
                ]
            )
        }
    }

    /// Makes what is missing; refuses what contradicts the contract.
    func prepare(_ topics: [TopicSpecification]) throws {
        let look = try look(at: topics, withBrokers: false)
        try refuse(look.plan.topics.filter { !$0.isMissing })
        try make(topics.filter { look.missing.contains($0.name) }, look)
    }

    /// Makes what is missing and mends what can be mended.
    /// - Returns: what there was, and what there is now.
    func apply(_ topics: [TopicSpecification]) async throws -> (before: TopicPlan, after: TopicPlan) {
        let before = try look(at: topics)
        try make(topics.filter { before.missing.contains($0.name) }, before)
        var configurations: [String: [String: String]] = [:]
        for topic in before.plan.topics where topic.differences.contains(where: { $0.remedy == nil }) {
            configurations[topic.name] = TopicRule.mended(topic, before.configurations?[topic.name] ?? [:])
        }
        if !configurations.isEmpty {
            let failures = try translatingKafkaErrors(of: client) {
                try client.replaceTopicConfigurations(configurations, milliseconds: 30_000)
            }
            if let (topic, error) = failures.min(by: { $0.key < $1.key }) {
                throw MessagingError.refused(call: "changing \(topic)", reason: error.text)
            }
        }
        let changed = before.missing.union(configurations.keys)
        return (before.plan, try await awaitChanges(of: changed, topics))
    }

    /// The brokers take a moment to know of what the controller has made or changed.
    private func awaitChanges(of changed: Set<String>, _ topics: [TopicSpecification]) async throws -> TopicPlan {
        let deadline = Deadline(after: Self.propagation)
        while true {
            let plan = try look(at: topics).plan
            let isKnown = plan.topics.allSatisfy { topic in
                !changed.contains(topic.name)
                    || (!topic.isMissing && topic.differences.allSatisfy { $0.remedy != nil })
            }
            if isKnown || deadline.isOver { return plan }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// The offsets that partitions hold now, those of open transactions too; empty for a topic that does not exist.
    func ranges(of topic: String, partitions: [Int32]?) throws -> [Int32: Range<Int64>] {
        guard let count = try metadata().partitions[topic] else { return [:] }
        let names = (partitions ?? Array(0..<count)).map { KafkaPartition(topic: topic, partition: $0) }
        let ranges = try translatingKafkaErrors(of: client) {
            try client.ranges(of: names, until: Deadline(after: settings.patience))
        }
        return Dictionary(ranges.map { ($0.key.partition, $0.value) }) { first, _ in first }
    }

    private struct Look {
        var plan: TopicPlan
        var metadata: KafkaMetadata
        /// The brokers take requests of the admin API.
        var isAdministered: Bool
        /// By topic; nil where the cluster does not show them.
        var configurations: [String: KafkaConfigurationEntries]?

        var missing: Set<String> { Set(plan.topics.filter(\.isMissing).map(\.name)) }
    }

    private func look(at topics: [TopicSpecification], withBrokers: Bool = true) throws -> Look {
        let metadata = try metadata()
        // The library learns of brokers beyond those that it was given, and would send them everything in clear.
        for host in metadata.brokers.values { try settings.check(host: host) }
        // Brokers without the admin API name a controller that is none of them: the library would wait for it in vain.
        let controller = try translatingKafkaErrors(of: client) { try client.controller(milliseconds: 5000) }
        let isAdministered = metadata.brokers[controller] != nil
        let existing = topics.map(\.name).filter { metadata.partitions[$0] != nil }
        let configurations = try isAdministered ? configurations(of: existing) : nil
        let findings = topics.map { topic in
            rule.finding(
                topic,
                metadata.partitions[topic.name].map {
                    TopicRule.Existing(
                        partitions: $0,
                        replicas: metadata.replicas[topic.name] ?? 0,
                        configuration: configurations?[topic.name]
                    )
                }
            )
        }
        let brokers = withBrokers && isAdministered ? try brokerFindings(metadata, topics) : []
        return Look(
            plan: TopicPlan(topics: findings.sorted { $0.name < $1.name }, brokers: brokers),
            metadata: metadata,
            isAdministered: isAdministered,
            configurations: configurations
        )
    }

    /// The clusters' answer; tried again for as long as the patience goes, unless they refuse this client's login.
    private func metadata() throws -> KafkaMetadata {
        let deadline = Deadline(after: settings.patience)
        var refusals = 0
        while true {
            do {
                return try client.metadata(milliseconds: max(100, deadline.milliseconds(atMost: 3000)))
            } catch {
                // Once may be a broker that is just starting.
                if let refusal = client.refusal {
                    refusals += 1
                    if refusals > 1 { throw refusal }
                }
                guard case .unavailable = error.asMessagingError, !deadline.isOver, !Task.isCancelled else {
                    throw client.explain(error)
                }
            }
        }
    }

    /// Any broker answers, also one that has yet to hear of a topic that was made a moment ago.
    private func configurations(of topics: [String]) throws -> [String: KafkaConfigurationEntries]? {
        if topics.isEmpty { return [:] }
        let deadline = Deadline(after: Self.propagation)
        return try unlessHidden { () throws(KafkaError) in
            while true {
                do throws(KafkaError) {
                    return try client.topicConfigurations(topics, milliseconds: 10_000)
                } catch {
                    guard error.code == .unknownTopicOrPartition, !deadline.isOver else { throw error }
                    try client.poll(milliseconds: 50)
                }
            }
        }
    }

    private func brokerFindings(_ metadata: KafkaMetadata, _ topics: [TopicSpecification]) throws -> [BrokerFinding] {
        var findings: [BrokerFinding] = []
        for broker in metadata.brokers.keys.sorted() {
            let configuration = try unlessHidden { () throws(KafkaError) in
                try client.brokerConfiguration(broker, milliseconds: 10_000)
            }
            for finding in rule.brokerFindings(configuration ?? [:], topics) where !findings.contains(finding) {
                findings.append(finding)
            }
        }
        return findings
    }

    /// - Returns: nil where the brokers do not show it to this user, or have no call for it.
    private func unlessHidden<Value>(_ ask: () throws(KafkaError) -> Value) throws -> Value? {
        do {
            return try ask()
        } catch {
            switch error.code {
            case .unsupportedFeature, .unsupportedVersion, .topicUnauthorized, .clusterUnauthorized:
                logger.info("the brokers do not show a configuration", metadata: [LogKeys.error: "\(error.text)"])
                return nil
            default:
                throw client.explain(error)
            }
        }
    }

    private func refuse(_ findings: [TopicFinding]) throws {
        let refused = findings.filter { $0.problem != nil }
        guard let first = refused.first(where: { !$0.isMissing }) ?? refused.first, let problem = first.problem else {
            return
        }
        let others =
            refused.count > 1 ? " (\(refused.count - 1) more do not fit; `deskpipe topics plan` lists them)" : ""
        throw MessagingError.topicContradicts(topic: first.name, problem: problem + others)
    }

    private func make(_ topics: [TopicSpecification], _ look: Look) throws {
        guard let first = topics.first else { return }
        guard look.isAdministered else {
            throw MessagingError.refused(
                call: "creating \(first.name)",
                reason: "the brokers make no topics on request; create it with \(settings.partitions) partitions"
            )
        }
        let new = topics.map {
            KafkaNewTopic(
                name: $0.name,
                partitions: settings.partitions,
                replication: settings.replication,
                configuration: $0.kafkaConfiguration(replication: settings.replication)
            )
        }
        let failures = try translatingKafkaErrors(of: client) { try client.createTopics(new, milliseconds: 30_000) }
        for (topic, error) in failures.sorted(by: { $0.key < $1.key }) where error.code != .topicExists {
            if error.code == .invalidReplication {
                let brokers = look.metadata.brokers.count
                throw MessagingError.refused(
                    call: "creating \(topic)",
                    reason: "`kafka.replication` asks for \(settings.replication) copies and the cluster has "
                        + "\(brokers) brokers; add brokers, or set `kafka.replication: \(brokers)`"
                )
            }
            throw client.explain(error)
        }
        try awaitTopics(topics)
    }

    /// Waits until new topics are known and led.
    private func awaitTopics(_ topics: [TopicSpecification]) throws {
        let deadline = Deadline(after: settings.patience)
        while true {
            let metadata = try metadata()
            let isComplete = topics.allSatisfy {
                metadata.partitions[$0.name] != nil && !metadata.withoutLeader.contains($0.name)
            }
            if isComplete { return }
            if deadline.isOver {
                throw MessagingError.unavailable(call: "rd_kafka_CreateTopics", reason: "new topics have no leader")
            }
            try translatingKafkaErrors(of: client) { try client.poll(milliseconds: 50) }
        }
    }
}
