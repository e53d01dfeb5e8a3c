import Foundation
import Messaging
import Model
import TestSupport
import Testing
import Transports

@Suite(
    "Kafka transport over a real Kafka",
    .enabled("KAFKA_BOOTSTRAP_SERVERS names none that isolates", { await RealKafka.isolates() })
)
struct RealKafkaTests {
    private let namespace = RealKafka.uniqueNamespace()
    private var tickets: String { namespace.records(.support, "tickets") }
    private var partition: TopicPartition { TopicPartition(topic: tickets, partition: 0) }

    private func prepared(_ settings: KafkaSettings = RealKafka.settings()) async throws -> KafkaTransport {
        let transport = try KafkaTransport(settings, logger: .quiet)
        try await transport.prepare([namespace.recordTopic(.support, "tickets")] + namespace.serviceTopics)
        return transport
    }

    @Test("keeps the transport contract", arguments: TransportBehaviour.all(for: RealKafkaHarness.capabilities))
    func contract(_ behaviour: TransportBehaviour) async throws {
        try await behaviour.run(RealKafkaHarness())
    }

    @Test("a reader waits until a transaction that was open at its start is decided", arguments: [true, false])
    func openTransaction(commits: Bool) async throws {
        let transport = try await prepared()
        let producer = try await transport.producer(.transactional(id: "\(namespace)/one"))
        try await producer.publish(testMessages(tickets, "before", 2))
        let open = try await OpenTransaction(id: "\(namespace)/two", testMessages(tickets, "open", 2))
        try await producer.publish(testMessages(tickets, "after", 2))
        let decided = try await transport.decidedReader(of: tickets, partitions: [0], from: [:])
        var known: [String] = []
        while let some = try await decided.next(atMost: 10) { known += some.compactMap(\.keyText) }
        #expect(known == ["before-0", "before-1"], "it does not wait")
        await decided.close()
        let reader = try await transport.reader(of: tickets, partitions: [0], from: [:])
        let first = try #require(try await reader.next(atMost: 10))
        #expect(first.compactMap(\.keyText) == ["before-0", "before-1"])
        async let rest = reader.next(atMost: 10)
        if commits { try await open.commit() } else { try await open.abort() }
        var names = try await rest?.compactMap(\.keyText) ?? []
        while let some = try await reader.next(atMost: 10) { names += some.compactMap(\.keyText) }
        #expect(names == (commits ? ["open-0", "open-1"] : []) + ["after-0", "after-1"])
        await reader.close()
        await producer.close()
        await transport.close()
        await RealKafka.delete(namespace)
    }

    @Test("a consumer at the end sees that nothing is left, although markers follow the last message")
    func end() async throws {
        let transport = try await prepared()
        let producer = try await transport.producer(.transactional(id: "\(namespace)/one"))
        try await producer.publish(testMessages(tickets, "a", 3))
        try await OpenTransaction(id: "\(namespace)/two", testMessages(tickets, "aborted", 3)).abort()
        let consumer = try await transport.consumer(group: namespace.loaderGroup, topics: [tickets])
        _ = try await consumer.receive { $0.deliveries.count >= 3 }
        var range = try await consumer.watermarks(of: partition)
        let deadline = ContinuousClock.now + .seconds(30)
        while range != 0..<3, ContinuousClock.now < deadline {
            _ = try await consumer.receive(atMost: 10, bytes: 1000, within: .milliseconds(200))
            range = try await consumer.watermarks(of: partition)
        }
        #expect(range == 0..<3)
        try await producer.publish(testMessages(tickets, "b", 1))
        #expect(try await consumer.watermarks(of: partition).upperBound > 3)
        await consumer.close()
        await producer.close()
        await transport.close()
        await RealKafka.delete(namespace)
    }

    @Test("the first page on a topic just made is whole, although its leader is not ready at once")
    func newTopics() async throws {
        let transport = try KafkaTransport(RealKafka.settings(), logger: .quiet)
        var random = SplitMix64(seed: 11)
        let large = random.bytes(1_200_000)
        for round in 0..<30 {
            let topic = namespace.recordTopic(.support, StreamName(rawValue: "new-\(round)"))
            try await transport.prepare([topic])
            let producer = try await transport.producer(.transactional(id: "\(namespace)/new"))
            // Each of these is a batch of its own.
            var page = testMessages(topic.name, "a", 1)
            page.append(Message(topic: topic.name, partition: 0, key: "large", value: large[...]))
            page += testMessages(topic.name, "z", 1)
            try await producer.publish(page)
            await producer.close()
            #expect(try await transport.contents(of: topic.name).compactMap(\.keyText) == ["a-0", "large", "z-0"])
        }
        await transport.close()
        await RealKafka.delete(namespace)
    }

    @Test("a restarted member of the same instance has its partitions back before the session would have ended")
    func instance() async throws {
        var settings = RealKafka.settings(instance: "loader-0")
        settings.sessionTimeout = .seconds(40)
        let transport = try await prepared(settings)
        let killed = try await transport.consumer(group: namespace.loaderGroup, topics: [tickets])
        _ = try await killed.receive { $0.assignment?.starts.count == 4 }
        let start = ContinuousClock.now
        let restarted = try await transport.consumer(group: namespace.loaderGroup, topics: [tickets])
        _ = try await restarted.receive { $0.assignment?.starts.count == 4 }
        #expect(ContinuousClock.now - start < .seconds(20))
        await restarted.close()
        await killed.close()
        await transport.close()
        await RealKafka.delete(namespace)
    }

    @Test("what retention took before the group had it is a gap, at the start and underway; nothing is passed over")
    func gap() async throws {
        let servers = try #require(RealKafka.bootstrapServers)
        try await RealKafka.withNamespace { namespace in
            let tickets = namespace.records(.support, "tickets")
            let partition = TopicPartition(topic: tickets, partition: 0)
            var settings = RealKafka.settings()
            // Little is fetched ahead, so that what is dropped has not come yet.
            settings.options = [
                "queued.max.messages.kbytes": "1", "queued.min.messages": "1", "compression.type": "none",
            ]
            let transport = try KafkaTransport(settings, logger: .quiet)
            try await transport.prepare([namespace.recordTopic(.support, "tickets")])
            let producer = try await transport.producer(.idempotent)
            let value = [UInt8](repeating: 120, count: 600_000)
            for _ in 0..<30 {
                try await producer.publish([Message(topic: tickets, partition: 0, key: "a", value: value[...])])
            }
            let first = try await transport.consumer(group: namespace.loaderGroup, topics: [tickets])
            _ = try await first.receive { !$0.deliveries.isEmpty }
            try await first.commit([partition: 2])
            await first.close()
            #expect(await KafkaTopics.drop(tickets, 0, before: 5, servers: servers))
            let second = try await transport.consumer(group: namespace.loaderGroup, topics: [tickets])
            let started = try await second.receive { !$0.deliveries.isEmpty }
            #expect(started.assignment?.starts[partition] == Assignment.Start(offset: 5, gap: 2..<5))
            #expect(started.deliveries.first?.offset == 5)
            #expect(await KafkaTopics.drop(tickets, 0, before: 28, servers: servers))
            let rest = try await second.receive { $0.deliveries.last?.offset == 29 }
            let offsets = (started + rest).deliveries.map(\.offset)
            let gap = try #require(rest.assignment?.starts[partition]?.gap)
            #expect(gap.upperBound == 28)
            #expect(offsets == Array(5..<gap.lowerBound) + [28, 29])
            await second.close()
            await producer.close()
            await transport.close()
        }
    }

    @Test("more copies than brokers are refused, and the setting is named")
    func replication() async throws {
        var settings = RealKafka.settings()
        settings.replication = 100
        let transport = try KafkaTransport(settings, logger: .quiet)
        let error = await #expect(throws: MessagingError.self) {
            try await transport.prepare([namespace.recordTopic(.support, "users")])
        }
        #expect(error?.message.contains("kafka.replication") == true)
        await transport.close()
    }
}
