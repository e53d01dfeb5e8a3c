import Foundation
import Messaging
import Model
import Testing
import Transports

@Suite("KafkaTransport")
struct KafkaTransportTests {
    private let namespace = testNamespace("kafka")
    private var tickets: String { namespace.records(.support, "tickets") }

    @Test("a topic with another partition count is refused by name and number")
    func otherCount() async throws {
        let kafka = try MockKafka()
        try await kafka.broker.perform("topic \(tickets) 7")
        let error = await #expect(throws: MessagingError.self) {
            try await kafka.transport.prepare([namespace.recordTopic(.support, "tickets")])
        }
        guard case .topicContradicts(tickets, let problem) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problem.contains("partition count is 7, it must be 4"))
        await kafka.tearDown()
    }

    @Test("a topic that is missing is not asked into being: services refuse, and the command that makes it is named")
    func missing() async throws {
        let kafka = try MockKafka()
        let topic = namespace.recordTopic(.support, "users")
        try await kafka.broker.perform("absent \(topic.name) 4")
        let refusal = await #expect(throws: MessagingError.self) { try await kafka.transport.check([topic]) }
        #expect(refusal?.message.contains("deskpipe topics apply") == true)
        // The mock makes none by request either.
        let error = await #expect(throws: MessagingError.self) { try await kafka.transport.prepare([topic]) }
        #expect(error?.recovery == .stop)
        #expect(error?.message.contains("4 partitions") == true)
        try await kafka.broker.perform("topic \(topic.name) 4")
        try await kafka.transport.check([topic])
        #expect(try await kafka.transport.plan([topic]).isFulfilled)
        await kafka.tearDown()
    }

    @Test("a cluster that does not answer is told within the patience")
    func unreachable() async throws {
        let settings = KafkaSettings(brokers: ["127.0.0.1:1"], patience: .seconds(1))
        let transport = try KafkaTransport(settings, logger: .quiet)
        let start = ContinuousClock.now
        let error = await #expect(throws: MessagingError.self) { try await transport.prepare(namespace.serviceTopics) }
        #expect(error?.exitCode == .transport)
        #expect(error?.message.contains("127.0.0.1:1: Connect to") == true)
        // It does not wait for ever; how long exactly is the busy machine's affair.
        #expect(ContinuousClock.now - start < .seconds(300))
        await transport.close()
    }

    @Test("a reader of a topic that does not exist is at its end")
    func noTopic() async throws {
        let kafka = try MockKafka()
        #expect(try await kafka.contents(of: "kafka.nothing").isEmpty)
        await kafka.tearDown()
    }

    @Test("receiving ends when the task is cancelled")
    func cancelled() async throws {
        let kafka = try MockKafka()
        try await kafka.prepare([namespace.recordTopic(.support, "tickets")])
        let consumer = try await kafka.consumer(group: namespace.loaderGroup, topics: [tickets])
        let start = ContinuousClock.now
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while true { _ = try await consumer.receive(atMost: 1, bytes: 1, within: .seconds(3600)) }
            }
            group.cancelAll()
        }
        #expect(ContinuousClock.now - start < .seconds(1800))
        await consumer.close()
        await kafka.tearDown()
    }

    @Test("more than the client's queue holds goes out in one publish")
    func moreThanTheQueue() async throws {
        let kafka = try MockKafka { $0.options = ["queue.buffering.max.messages": "100"] }
        try await kafka.prepare([namespace.recordTopic(.support, "tickets")])
        for identity in [ProducerIdentity.transactional(id: "kafka/acme/support"), .idempotent] {
            let producer = try await kafka.producer(identity)
            try await producer.publish(testMessages(tickets, "a", 1000))
            await producer.close()
        }
        let names = try await kafka.contents(of: tickets).compactMap(\.keyText)
        #expect(names == (0..<2).flatMap { _ in (0..<1000).map { "a-\($0)" } })
        await kafka.tearDown()
    }

    @Test("two members of a group share every topic's partitions alike, and a leaver's go to the other")
    func members() async throws {
        let kafka = try MockKafka()
        try await kafka.prepare([
            namespace.recordTopic(.support, "tickets"), namespace.recordTopic(.support, "users"),
        ])
        let topics = [tickets, namespace.records(.support, "users")]
        let one = try await kafka.consumer(group: namespace.loaderGroup, topics: topics)
        let two = try await kafka.consumer(group: namespace.loaderGroup, topics: topics)
        // Both go on polling until both are settled: a member that stops keeps the other's rebalance from ending.
        var shares: [Assignment?] = [nil, nil]
        let deadline = ContinuousClock.now + .seconds(600)
        while shares.contains(where: { $0?.starts.count != 4 }), ContinuousClock.now < deadline {
            for (index, member) in [one, two].enumerated() {
                let reception = try await member.receive(atMost: 100, bytes: 1 << 20, within: .milliseconds(100))
                shares[index] = reception.assignment ?? shares[index]
            }
        }
        let held = shares.map { assignment in
            Dictionary(grouping: (assignment?.starts ?? [:]).keys, by: \.topic).mapValues { Set($0.map(\.partition)) }
        }
        for member in held { #expect(Set(member.values).count == 1) }
        #expect(Set(held.flatMap { $0[tickets] ?? [] }) == [0, 1, 2, 3])
        async let all = one.receive { $0.assignment?.starts.count == 8 }
        await two.close()
        #expect(try await all.assignment?.starts.count == 8)
        await one.close()
        await kafka.tearDown()
    }
}
