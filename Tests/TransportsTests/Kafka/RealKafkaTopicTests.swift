import Messaging
import Model
import RDKafka
import Testing

@testable import Transports

@Suite(
    "Topics of a real Kafka",
    .enabled("KAFKA_BOOTSTRAP_SERVERS names none that isolates", { await RealKafka.isolates() })
)
struct RealKafkaTopicTests {
    @Test("what is missing is made, what differs is mended, what the owner set stays; applying again does nothing")
    func apply() async throws {
        try await RealKafka.withNamespace { namespace in
            let transport = try KafkaTransport(RealKafka.settings(), logger: .quiet)
            let topics = namespace.serviceTopics + [namespace.recordTopic(.support, "tickets")]
            #expect(try await transport.plan(topics).topics.map(\.state) == topics.map { _ in .missing })
            await #expect(throws: MessagingError.self) { try await transport.check(topics) }
            let first = try await transport.apply(topics)
            #expect(!first.before.isFulfilled && first.after.isFulfilled)
            try await transport.check(topics)
            let owner = try TopicOwner()
            try await owner.replace([
                namespace.bookmarks: ["cleanup.policy": "delete", "flush.ms": "12345"],
                namespace.commands: ["retention.ms": "1000", "message.timestamp.type": "LogAppendTime"],
            ])
            let refusal = await #expect(throws: MessagingError.self) { try await transport.check(topics) }
            #expect(refusal?.message.contains(namespace.bookmarks) == true)
            #expect(refusal?.message.contains("deskpipe topics apply") == true)
            let second = try await transport.apply(topics)
            #expect(second.before.topics.filter { $0.state == .differs }.count == 2)
            #expect(second.after.isFulfilled)
            try await owner.expect(["cleanup.policy": "compact", "flush.ms": "12345"], of: namespace.bookmarks)
            let third = try await transport.apply(topics)
            #expect(third.before == third.after)
            await owner.close()
            await transport.close()
        }
    }

    @Test("another count of partitions is told with what to do, and services refuse it")
    func count() async throws {
        try await RealKafka.withNamespace { namespace in
            let transport = try KafkaTransport(RealKafka.settings(), logger: .quiet)
            let topics = [namespace.recordTopic(.support, "tickets")]
            _ = try await transport.apply(topics)
            await transport.close()
            var settings = RealKafka.settings()
            settings.partitions = 6
            let other = try KafkaTransport(settings, logger: .quiet)
            let error = await #expect(throws: MessagingError.self) { try await other.prepare(topics) }
            #expect(error?.message.contains("kafka.partitions: 4") == true)
            let plans = try await other.apply(topics)
            #expect(plans.before == plans.after && !plans.after.isFulfilled)
            await other.close()
        }
    }

    @Test("nobody is made to create a topic by publishing to it or reading it")
    func noAutoCreation() async throws {
        try await RealKafka.withNamespace { namespace in
            var settings = RealKafka.settings()
            settings.patience = .seconds(2)
            let transport = try KafkaTransport(settings, logger: .quiet)
            let topic = namespace.recordTopic(.support, "tickets")
            let producer = try await transport.producer(.idempotent)
            await #expect(throws: MessagingError.self) { try await producer.publish(testMessages(topic.name, "a", 1)) }
            let consumer = try await transport.consumer(group: namespace.loaderGroup, topics: [topic.name])
            _ = try? await consumer.receive(atMost: 1, bytes: 1, within: .seconds(2))  // it may say that it is missing
            #expect(try await transport.plan([topic]).topics.map(\.state) == [.missing])
            await consumer.close()
            await producer.close()
            await transport.close()
        }
    }
}

/// Changes topics as their owner does, by other tools.
private actor TopicOwner {
    private let executor = BlockingExecutor(label: "topic-owner")
    private let client: KafkaClient

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init() throws {
        let servers = RealKafka.settings().brokers.joined(separator: ",")
        client = try KafkaClient(.consumer, KafkaConfiguration(["bootstrap.servers": servers]) { _ in })
    }

    func replace(_ configurations: [String: [String: String]]) throws {
        #expect(try client.replaceTopicConfigurations(configurations, milliseconds: 10_000).isEmpty)
        for (topic, values) in configurations { try expect(values, of: topic) }
    }

    /// Each broker takes a moment to know of a change.
    func expect(
        _ values: [String: String],
        of topic: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let deadline = ContinuousClock.now + .seconds(20)
        var shown: KafkaConfigurationEntries = [:]
        repeat {
            shown = try client.topicConfigurations([topic], milliseconds: 10_000)[topic] ?? [:]
            if values.allSatisfy({ shown[$0.key]?.value == $0.value }) { return }
            try client.poll(milliseconds: 50)
        } while ContinuousClock.now < deadline
        let differing = values.filter { shown[$0.key]?.value != $0.value }.keys.sorted()
        Issue.record("\(topic) has other values of \(differing)", sourceLocation: sourceLocation)
    }

    func close() { client.close() }
}
