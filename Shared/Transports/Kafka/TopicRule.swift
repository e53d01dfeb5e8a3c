import Messaging
import Model
import RDKafka

/// Compares topics and brokers with the contract; asks nobody.
struct TopicRule: Sendable {
    let partitions: Int32
    let replication: Int32

    /// What the cluster says of an existing topic.
    struct Existing: Sendable {
        var partitions: Int32
        /// Of the partition that has fewest.
        var replicas: Int32
        /// Nil where the cluster does not show it.
        var configuration: KafkaConfigurationEntries?
    }

    func finding(_ topic: TopicSpecification, _ existing: Existing?) -> TopicFinding {
        guard let existing else { return TopicFinding(name: topic.name, isMissing: true) }
        var differences: [TopicDifference] = []
        if existing.partitions != partitions {
            differences.append(
                TopicDifference(
                    "partition count",
                    actual: "\(existing.partitions)",
                    wanted: "\(partitions)",
                    remedy:
                        "the count is fixed for a namespace's life: set `kafka.partitions: \(existing.partitions)` if all "
                        + "its topics have it, else use another namespace",
                    isContradiction: true
                )
            )
        }
        if existing.replicas < replication {
            differences.append(
                TopicDifference(
                    "replication factor",
                    actual: "\(existing.replicas)",
                    wanted: "\(replication)",
                    remedy: "assign it more replicas with kafka-reassign-partitions.sh, or set `kafka.replication: "
                        + "\(existing.replicas)`"
                )
            )
        }
        guard let configuration = existing.configuration else {
            return TopicFinding(name: topic.name, differences: differences)
        }
        for (setting, wanted) in topic.kafkaConfiguration(replication: replication).sorted(by: { $0.key < $1.key }) {
            guard let actual = configuration[setting]?.value,
                !Self.fits(setting, actual: actual, wanted: wanted, replicas: existing.replicas)
            else { continue }
            differences.append(
                TopicDifference(
                    setting,
                    actual: actual,
                    wanted: wanted,
                    isContradiction: Self.contradicts(setting, actual: actual, replicas: existing.replicas, topic)
                )
            )
        }
        return TopicFinding(name: topic.name, differences: differences)
    }

    /// A topic's own settings with what differs put right; nil where the cluster keeps one of them to itself, since all
    /// others would have to be given with it.
    static func mended(_ finding: TopicFinding, _ configuration: KafkaConfigurationEntries) -> [String: String]? {
        var values: [String: String] = [:]
        for (name, entry) in configuration where entry.isTopicsOwn {
            guard let value = entry.value else { return nil }
            values[name] = value
        }
        for difference in finding.differences where difference.remedy == nil {
            values[difference.setting] = difference.wanted
        }
        return values
    }

    /// Keeping more, for longer, in smaller segments, is the owner's affair.
    private static func fits(_ setting: String, actual: String, wanted: String, replicas: Int32) -> Bool {
        switch setting {
        case "cleanup.policy":
            return policies(actual) == policies(wanted)
        case "retention.ms", "max.message.bytes":
            guard let actual = Int64(actual), let wanted = Int64(wanted) else { return false }
            return actual >= wanted || setting == "retention.ms" && actual < 0
        case "segment.ms", "segment.bytes":
            guard let actual = Int64(actual), let wanted = Int64(wanted) else { return false }
            return actual <= wanted
        case "min.insync.replicas":
            guard let actual = Int32(actual), let wanted = Int32(wanted) else { return false }
            return actual == wanted || actual > wanted && actual < replicas
        default:
            return actual == wanted
        }
    }

    /// Whether services cannot work with a setting that does not fit.
    private static func contradicts(
        _ setting: String,
        actual: String,
        replicas: Int32,
        _ topic: TopicSpecification
    ) -> Bool {
        switch setting {
        case "cleanup.policy": policies(actual).contains("compact") != (topic.cleanup == .compact)
        case "max.message.bytes", "message.timestamp.type": true
        case "min.insync.replicas": Int32(actual).map { $0 > replicas } ?? false
        default: false
        }
    }

    private static func policies(_ text: String) -> Set<String> {
        Set(text.split(separator: ",").map { $0.filter { $0 != " " } })
    }

    /// What of a broker's settings should be another.
    /// - Parameter topics: whose retention the group's offsets must outlive.
    func brokerFindings(
        _ configuration: KafkaConfigurationEntries,
        _ topics: [TopicSpecification]
    ) -> [BrokerFinding] {
        var findings: [BrokerFinding] = []
        func find(_ setting: String, _ wanted: String, _ reason: String, _ fits: (String) -> Bool) {
            guard let actual = configuration[setting]?.value, !fits(actual) else { return }
            findings.append(BrokerFinding(setting, actual: actual, wanted: wanted, reason: reason))
        }
        let kept = topics.filter { $0.cleanup == .delete && $0.maxMessageBytes == Namespace.maxRecordMessageBytes }
        let minutes = (kept.compactMap(\.retention).min() ?? .zero).wholeMilliseconds / 60_000
        find(
            "offsets.retention.minutes",
            "\(2 * minutes)",
            "a loader that is stopped for longer begins at the log's start; it must exceed the records' retention"
        ) { Int64($0).map { $0 > minutes } ?? true }
        find(
            "auto.create.topics.enable",
            "false",
            "a topic that someone asks for by a wrong name comes into being; Deskpipe does not rely on it"
        ) { $0 == "false" }
        find("log.cleaner.enable", "true", "compact topics grow without end") { $0 == "true" }
        for setting in ["offsets.topic.replication.factor", "transaction.state.log.replication.factor"] {
            find(setting, "\(replication)", "while the broker that has them is away, nothing is published or loaded") {
                Int32($0).map { $0 >= replication } ?? true
            }
        }
        return findings
    }
}
