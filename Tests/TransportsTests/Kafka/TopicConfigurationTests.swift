import Messaging
import Model
import RDKafka
import Testing

@testable import Transports

@Suite("Topic configuration")
struct TopicConfigurationTests {
    private let namespace = testNamespace("ns")
    private var tickets: TopicSpecification { namespace.recordTopic(.support, "tickets") }

    @Test("topics are made as the contract says")
    func made() {
        #expect(
            tickets.kafkaConfiguration(replication: 3) == [
                "cleanup.policy": "delete", "retention.ms": "604800000", "max.message.bytes": "8388608",
                "message.timestamp.type": "LogAppendTime", "min.insync.replicas": "2",
            ]
        )
        let bookmarks = TopicSpecification(name: "ns.bookmarks", cleanup: .compact, retention: nil)
        #expect(
            bookmarks.kafkaConfiguration(replication: 1) == [
                "cleanup.policy": "compact", "segment.ms": "3600000", "segment.bytes": "67108864",
                "max.message.bytes": "1048576", "message.timestamp.type": "LogAppendTime", "min.insync.replicas": "1",
            ]
        )
        let progress = TopicSpecification(name: "ns.progress", cleanup: .compact, retention: .days(1))
        #expect(progress.kafkaConfiguration(replication: 2)["cleanup.policy"] == "compact,delete")
        #expect(progress.kafkaConfiguration(replication: 2)["retention.ms"] == "86400000")
        #expect(progress.kafkaConfiguration(replication: 2)["min.insync.replicas"] == "1")
    }

    @Test("what was made fits, whatever the number of copies", arguments: [Int32(1), 2, 3, 5])
    func fits(replication: Int32) {
        let rule = TopicRule(partitions: 12, replication: replication)
        for topic in namespace.serviceTopics + [tickets] {
            let finding = rule.finding(
                topic,
                .init(partitions: 12, replicas: replication, configuration: entries(topic, replication: replication))
            )
            #expect(finding.state == .fits && finding.problem == nil)
        }
    }

    /// What the owner of a topic changed, and what becomes of it.
    struct Change: Sendable, CustomTestStringConvertible {
        var setting: String
        var value: String
        /// `fits`, `mended`, or `stops` where services do not start either.
        var effect: String

        var testDescription: String { "\(setting)=\(value) \(effect)" }
    }

    @Test(
        "keeping more is the owner's affair; less is mended; what loses or refuses messages stops services",
        arguments: [
            Change(setting: "retention.ms", value: "604800001", effect: "fits"),
            Change(setting: "retention.ms", value: "-1", effect: "fits"),
            Change(setting: "retention.ms", value: "1000", effect: "mended"),
            Change(setting: "max.message.bytes", value: "10485760", effect: "fits"),
            Change(setting: "max.message.bytes", value: "1000", effect: "stops"),
            Change(setting: "message.timestamp.type", value: "CreateTime", effect: "stops"),
            Change(setting: "cleanup.policy", value: "compact", effect: "stops"),
            Change(setting: "cleanup.policy", value: "compact,delete", effect: "stops"),
            Change(setting: "min.insync.replicas", value: "1", effect: "mended"),
            Change(setting: "min.insync.replicas", value: "3", effect: "mended"),
            Change(setting: "min.insync.replicas", value: "4", effect: "stops"),
            Change(setting: "flush.ms", value: "1", effect: "fits"),
        ]
    )
    func changed(_ change: Change) {
        var configuration = entries(tickets)
        configuration[change.setting] = KafkaConfigurationEntry(value: change.value, isTopicsOwn: true)
        configuration["flush.messages"] = KafkaConfigurationEntry(value: "9", isTopicsOwn: true)
        configuration["segment.jitter.ms"] = KafkaConfigurationEntry(value: "0", isTopicsOwn: false)
        let rule = TopicRule(partitions: 12, replication: 3)
        let existing = TopicRule.Existing(partitions: 12, replicas: 3, configuration: configuration)
        let finding = rule.finding(tickets, existing)
        #expect(finding.state == (change.effect == "fits" ? .fits : .differs))
        #expect((finding.problem != nil) == (change.effect == "stops"))
        guard change.effect != "fits" else { return }
        #expect(finding.differences.map(\.setting) == [change.setting])
        let mended = TopicRule.mended(finding, configuration)
        // Its own settings stay, those that it never had are not made its own.
        var expected = tickets.kafkaConfiguration(replication: 3)
        expected["flush.messages"] = "9"
        #expect(mended == expected)
        var after = existing
        after.configuration = mended?.mapValues { KafkaConfigurationEntry(value: $0, isTopicsOwn: true) }
        #expect(rule.finding(tickets, after).state == .fits)
    }

    @Test("a compact topic's segments may be smaller than wanted, not larger")
    func segments() {
        let rule = TopicRule(partitions: 12, replication: 3)
        let bookmarks = TopicSpecification(name: namespace.bookmarks, cleanup: .compact, retention: nil)
        let cases = [("segment.ms", "60000", true), ("segment.ms", "604800000", false), ("segment.bytes", "1", true)]
        for (setting, value, fits) in cases {
            var configuration = entries(bookmarks)
            configuration[setting] = KafkaConfigurationEntry(value: value, isTopicsOwn: true)
            let finding = rule.finding(bookmarks, .init(partitions: 12, replicas: 3, configuration: configuration))
            #expect((finding.state == .fits) == fits && finding.problem == nil)
        }
    }

    @Test("what no request can change is said with what to do")
    func byHand() throws {
        let rule = TopicRule(partitions: 12, replication: 3)
        let finding = rule.finding(tickets, .init(partitions: 6, replicas: 1, configuration: entries(tickets)))
        #expect(finding.differences.map(\.setting) == ["partition count", "replication factor"])
        #expect(finding.differences.map(\.isContradiction) == [true, false])
        let remedies = finding.differences.compactMap(\.remedy)
        #expect(remedies.count == 2)
        #expect(remedies.first?.contains("kafka.partitions: 6") == true)
        #expect(remedies.last?.contains("kafka-reassign-partitions.sh") == true)
        #expect(finding.problem?.contains("it must be 12") == true)
        #expect(TopicRule.mended(finding, entries(tickets)) == tickets.kafkaConfiguration(replication: 3))
        let more = rule.finding(tickets, .init(partitions: 12, replicas: 5, configuration: entries(tickets)))
        #expect(more.state == .fits)
    }

    @Test("a missing topic is named with the command that makes it; hidden settings are left alone")
    func missing() {
        let rule = TopicRule(partitions: 12, replication: 3)
        let missing = rule.finding(tickets, nil)
        #expect(missing.state == .missing)
        #expect(missing.problem?.contains("deskpipe topics apply") == true)
        let hidden = rule.finding(tickets, .init(partitions: 12, replicas: 3, configuration: nil))
        #expect(hidden.state == .fits)
        let secret = ["x": KafkaConfigurationEntry(value: nil, isTopicsOwn: true)]
        #expect(TopicRule.mended(missing, secret) == nil)
    }

    @Test("of the brokers' settings those are named that would surprise")
    func brokers() {
        let rule = TopicRule(partitions: 12, replication: 3)
        let topics = namespace.serviceTopics + [tickets]
        func found(_ values: [String: String]) -> [String] {
            rule.brokerFindings(values.mapValues { KafkaConfigurationEntry(value: $0, isTopicsOwn: false) }, topics)
                .map(\.setting)
        }
        #expect(found([:]).isEmpty)
        let good = [
            "offsets.retention.minutes": "10081", "auto.create.topics.enable": "false", "log.cleaner.enable": "true",
            "offsets.topic.replication.factor": "3", "transaction.state.log.replication.factor": "3",
        ]
        #expect(found(good).isEmpty)
        let bad = [
            "offsets.retention.minutes": "10080", "auto.create.topics.enable": "true", "log.cleaner.enable": "false",
            "offsets.topic.replication.factor": "1", "transaction.state.log.replication.factor": "2",
        ]
        #expect(Set(found(bad)) == Set(bad.keys))
    }

    private func entries(_ topic: TopicSpecification, replication: Int32 = 3) -> KafkaConfigurationEntries {
        topic.kafkaConfiguration(replication: replication).mapValues {
            KafkaConfigurationEntry(value: $0, isTopicsOwn: true)
        }
    }
}
