import Messaging
import Model
import Testing

@testable import Transports

@Suite("Topic configuration")
struct TopicConfigurationTests {
    private let namespace = testNamespace("ns")

    @Test("topics are made as the contract says")
    func made() {
        let records = namespace.recordTopic(.support, "tickets").kafkaConfiguration
        #expect(
            records == [
                "cleanup.policy": "delete", "retention.ms": "604800000", "max.message.bytes": "8388608",
                "message.timestamp.type": "LogAppendTime",
            ]
        )
        let bookmarks = TopicSpecification(name: "ns.bookmarks", cleanup: .compact, retention: nil).kafkaConfiguration
        #expect(
            bookmarks == [
                "cleanup.policy": "compact", "segment.ms": "3600000", "segment.bytes": "67108864",
                "max.message.bytes": "1048576", "message.timestamp.type": "LogAppendTime",
            ]
        )
        let progress = TopicSpecification(name: "ns.progress", cleanup: .compact, retention: .days(1))
        #expect(progress.kafkaConfiguration["cleanup.policy"] == "compact,delete")
        #expect(progress.kafkaConfiguration["retention.ms"] == "86400000")
    }

    @Test("what was made has no problem; what would lose or refuse messages has")
    func problems() {
        for topic in namespace.serviceTopics + [namespace.recordTopic(.chat, "chats")] {
            #expect(topic.problem(with: topic.kafkaConfiguration) == nil)
            let policy = topic.cleanup == .compact ? "delete" : "compact"
            #expect(topic.problem(with: ["cleanup.policy": policy])?.contains("cleanup.policy") == true)
            #expect(topic.problem(with: ["max.message.bytes": "1000"])?.contains("max.message.bytes") == true)
            #expect(topic.problem(with: ["message.timestamp.type": "CreateTime"])?.contains("LogAppendTime") == true)
            #expect(topic.problem(with: ["retention.ms": "1"]) == nil)
        }
    }
}
