import Messaging
import Model
import Testing
import Transports

extension PushedError {
    /// To a consumer's requests, each of which it makes again.
    static let consuming = [
        PushedError(request: "Fetch", api: 1, code: 6, count: 2),
        PushedError(request: "Fetch", api: 1, code: 9),
        PushedError(request: "ListOffsets", api: 2, code: 6, count: 2),
        PushedError(request: "Metadata", api: 3, code: 5),
        PushedError(request: "OffsetFetch", api: 9, code: 14, count: 2),
        PushedError(request: "OffsetFetch", api: 9, code: 16),
        PushedError(request: "FindCoordinator", api: 10, code: 15, count: 2),
        PushedError(request: "JoinGroup", api: 11, code: 15),
        PushedError(request: "JoinGroup", api: 11, code: 16, count: 2),
        PushedError(request: "SyncGroup", api: 14, code: 27),
        PushedError(request: "Heartbeat", api: 12, code: 27),
        PushedError(request: "Heartbeat", api: 12, code: 25),
        PushedError(request: "Heartbeat", api: 12, code: 16, count: 2),
        PushedError(request: "OffsetCommit", api: 8, code: 14, count: 2),
        PushedError(request: "OffsetCommit", api: 8, code: 16),
    ]

    /// To the request that takes a transactional id.
    static let initializing = [
        PushedError(request: "InitProducerId", api: 22, code: 14, count: 2),
        PushedError(request: "InitProducerId", api: 22, code: 15),
        PushedError(request: "InitProducerId", api: 22, code: 16, count: 2),
        PushedError(request: "InitProducerId", api: 22, code: 51, count: 2),
    ]
}

@Suite("Kafka consumer and slow brokers, on the wire")
struct KafkaConsumerFaultTests {
    private let namespace = testNamespace("wire")
    private var tickets: String { namespace.records(.support, "tickets") }
    private var partition: TopicPartition { TopicPartition(topic: tickets, partition: 0) }

    private func prepared(brokers: Int = 1, change: (inout KafkaSettings) -> Void = { _ in }) async throws -> MockKafka
    {
        let kafka = try MockKafka(brokers: brokers, change: change)
        try await kafka.prepare([namespace.recordTopic(.support, "tickets")])
        return kafka
    }

    @Test("an error to any of a consumer's requests loses no message and no commit", arguments: PushedError.consuming)
    func consuming(_ pushed: PushedError) async throws {
        let kafka = try await prepared()
        let producer = try await kafka.producer(.transactional(id: "wire/acme/support"))
        try await producer.publish(testMessages(tickets, "a", 3))
        try await kafka.broker.perform("error \(pushed.api) \(pushed.code) \(pushed.count)")
        let consumer = try await kafka.consumer(group: namespace.loaderGroup, topics: [tickets])
        let first = try await consumer.receive { $0.distinct.contains("a-2") }
        // Some requests are made only now and then: the error waits for one of them.
        try await producer.publish(testMessages(tickets, "b", 3))
        let second = try await consumer.receive { $0.distinct.contains("b-2") }
        #expect((first + second).distinct == ["a-0", "a-1", "a-2", "b-0", "b-1", "b-2"])
        // What a rebalance overtakes is told to nobody, and done by whoever comes next.
        try await consumer.commit([partition: 4])
        await consumer.close()
        let next = try await kafka.consumer(group: namespace.loaderGroup, topics: [tickets])
        let rest = try await next.receive { $0.distinct.contains("b-2") }
        #expect(rest.deliveries.first?.keyText == "b-1" || rest.assignment?.starts[partition]?.offset == 0)
        #expect(rest.assignment?.starts[partition]?.gap == nil)
        await next.close()
        await producer.close()
        await kafka.tearDown()
    }

    @Test("an error to taking the identity delays the start of a run", arguments: PushedError.initializing)
    func initializing(_ pushed: PushedError) async throws {
        let kafka = try await prepared()
        try await kafka.broker.perform("error \(pushed.api) \(pushed.code) \(pushed.count)")
        let producer = try await kafka.producer(.transactional(id: "wire/acme/support"))
        try await producer.publish(testMessages(tickets, "a", 3))
        await producer.close()
        #expect(try await kafka.contents(of: tickets).count == 3)
        await kafka.tearDown()
    }

    @Test("a slow broker is waited for", arguments: [200, 1200])
    func slow(milliseconds: Int) async throws {
        let kafka = try await prepared()
        try await kafka.broker.perform("rtt 1 \(milliseconds)")
        let producer = try await kafka.producer(.transactional(id: "wire/acme/support"))
        try await producer.publish(testMessages(tickets, "a", 3))
        let consumer = try await kafka.consumer(group: namespace.loaderGroup, topics: [tickets])
        let received = try await consumer.receive { $0.distinct.contains("a-2") }
        #expect(received.distinct == ["a-0", "a-1", "a-2"])
        try await consumer.commit([partition: 3])
        try await kafka.broker.perform("rtt 1 0")
        await consumer.close()
        await producer.close()
        await kafka.tearDown()
    }

    @Test("one of three brokers dies: what it led is led by another, and a publish under way goes out")
    func oneOfThree() async throws {
        let kafka = try await prepared(brokers: 3)
        for partition in 0..<4 { try await kafka.broker.perform("leader \(tickets) \(partition) 1") }
        try await kafka.broker.perform("coordinator transaction wire/acme/support 2")
        try await kafka.broker.perform("coordinator group \(namespace.loaderGroup) 3")
        let producer = try await kafka.producer(.transactional(id: "wire/acme/support"))
        let consumer = try await kafka.consumer(group: namespace.loaderGroup, topics: [tickets])
        try await producer.publish(testMessages(tickets, "a", 3))
        try await kafka.broker.perform("down 1")
        async let publishing: Void = producer.publish(testMessages(tickets, "b", 3))
        for partition in 0..<4 { try await kafka.broker.perform("leader \(tickets) \(partition) 2") }
        try await publishing
        try await producer.publish(testMessages(tickets, "c", 3))
        let received = try await consumer.receive { $0.distinct.contains("c-2") }
        #expect(received.distinct == ["a", "b", "c"].flatMap { name in (0..<3).map { "\(name)-\($0)" } })
        await consumer.close()
        await producer.close()
        await kafka.tearDown()
    }

    @Test("where the log ends is found although the leader that was asked before has died")
    func endAfterDeath() async throws {
        let kafka = try await prepared(brokers: 3) { $0.patience = .seconds(20) }
        for partition in 0..<4 { try await kafka.broker.perform("leader \(tickets) \(partition) 1") }
        try await kafka.broker.perform("coordinator group \(namespace.loaderGroup) 3")
        let producer = try await kafka.producer(.idempotent)
        try await producer.publish(testMessages(tickets, "a", 3))
        let consumer = try await kafka.consumer(group: namespace.loaderGroup, topics: [tickets])
        _ = try await consumer.receive { $0.deliveries.count >= 3 }
        #expect(try await consumer.watermarks(of: partition).upperBound == 3)
        #expect(try await kafka.contents(of: tickets).count == 3)
        try await kafka.broker.perform("down 1")
        for partition in 0..<4 { try await kafka.broker.perform("leader \(tickets) \(partition) 2") }
        #expect(try await consumer.watermarks(of: partition).upperBound == 3)
        #expect(try await kafka.contents(of: tickets).count == 3)
        await consumer.close()
        await producer.close()
        await kafka.tearDown()
    }

    @Test("that nobody answers is told with the brokers' names")
    func names() async throws {
        let kafka = try await prepared { $0.patience = .seconds(2) }
        let address = try #require(kafka.broker.bootstrapServers.first)
        let producer = try await kafka.producer(.transactional(id: "wire/acme/support"))
        try await producer.publish(testMessages(tickets, "a", 1))
        try await kafka.broker.perform("down 1")
        let published = await #expect(throws: MessagingError.self) {
            try await producer.publish(testMessages(tickets, "b", 1))
        }
        #expect(published?.message.contains(address) == true, "\(published?.message ?? "")")
        let asked = await #expect(throws: MessagingError.self) { _ = try await kafka.contents(of: tickets) }
        #expect(asked?.message.contains(address) == true, "\(asked?.message ?? "")")
        await producer.close()
        await kafka.tearDown()
    }
}

extension [Reception] {
    /// The names of the messages, each where it came first.
    fileprivate var distinct: [String] {
        var seen: Set<String> = []
        return deliveries.compactMap(\.keyText).filter { seen.insert($0).inserted }
    }
}
