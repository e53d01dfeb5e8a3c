import Foundation
import Messaging
import Model
import Testing
import Transports

/// Numbers of the protocol's requests and errors.
/// Source: https://kafka.apache.org/protocol.html
struct PushedError: Sendable, CustomStringConvertible {
    var request: String
    var api: Int
    var code: Int
    var count = 1

    var description: String { "\(count) times error \(code) to \(request)" }

    static let retriable = [
        PushedError(request: "AddPartitionsToTxn", api: 24, code: 16),
        PushedError(request: "AddPartitionsToTxn", api: 24, code: 14, count: 3),
        PushedError(request: "AddPartitionsToTxn", api: 24, code: 51, count: 3),
        PushedError(request: "EndTxn", api: 26, code: 16),
        PushedError(request: "EndTxn", api: 26, code: 14, count: 3),
        PushedError(request: "Produce", api: 0, code: 6, count: 2),
        PushedError(request: "Produce", api: 0, code: 7),
        PushedError(request: "FindCoordinator", api: 10, code: 15, count: 2),
    ]

    /// After these the transaction can only be aborted; a new one may succeed.
    static let abortable = [
        PushedError(request: "AddPartitionsToTxn", api: 24, code: 49),
        PushedError(request: "EndTxn", api: 26, code: 49),
    ]

    static let fencing = [
        PushedError(request: "AddPartitionsToTxn", api: 24, code: 90),
        PushedError(request: "EndTxn", api: 26, code: 90),
        PushedError(request: "EndTxn", api: 26, code: 47),
    ]
}

@Suite("Kafka transport when brokers fail")
struct KafkaFaultTests {
    private let namespace = testNamespace("faults")
    private var tickets: String { namespace.records(.support, "tickets") }
    private var users: String { namespace.records(.support, "users") }

    private func prepared(brokers: Int = 1, change: (inout KafkaSettings) -> Void = { _ in }) async throws -> MockKafka
    {
        let kafka = try MockKafka(brokers: brokers, change: change)
        try await kafka.prepare([
            namespace.recordTopic(.support, "tickets"), namespace.recordTopic(.support, "users"),
        ])
        return kafka
    }

    @Test("an error that may pass delays a publish and doubles nothing", arguments: PushedError.retriable)
    func passing(_ pushed: PushedError) async throws {
        let kafka = try await prepared()
        let producer = try await kafka.producer(.transactional(id: "faults/acme/support"))
        try await producer.publish(testMessages(tickets, "a", 3))
        try await kafka.broker.perform("error \(pushed.api) \(pushed.code) \(pushed.count)")
        try await producer.publish(testMessages(tickets, "b", 3))
        try await producer.publish(testMessages(tickets, "c", 3))
        await producer.close()
        let names = try await kafka.contents(of: tickets).compactMap(\.keyText)
        #expect(names == ["a-0", "a-1", "a-2", "b-0", "b-1", "b-2", "c-0", "c-1", "c-2"])
        await kafka.tearDown()
    }

    @Test("a batch that a leader refuses at first is not overtaken by the next, or lost")
    func overtaking() async throws {
        let kafka = try await prepared()
        for identity in [ProducerIdentity.transactional(id: "faults/acme/support"), .idempotent] {
            let producer = try await kafka.producer(identity)
            try await kafka.broker.perform("error 0 6 1")
            // Each of these is a batch of its own.
            var page = testMessages(tickets, "a", 1)
            let large = [UInt8](repeating: 120, count: 1_200_000)
            page.append(Message(topic: tickets, partition: 0, key: "large", value: large[...]))
            page += testMessages(tickets, "z", 1)
            try await producer.publish(page)
            await producer.close()
        }
        let names = try await kafka.contents(of: tickets).compactMap(\.keyText)
        #expect(names == ["a-0", "large", "z-0", "a-0", "large", "z-0"])
        await kafka.tearDown()
    }

    @Test("a transaction that can only be aborted is sent again", arguments: PushedError.abortable)
    func abortable(_ pushed: PushedError) async throws {
        let kafka = try await prepared()
        let producer = try await kafka.producer(.transactional(id: "faults/acme/support"))
        try await kafka.broker.perform("error \(pushed.api) \(pushed.code) \(pushed.count)")
        try await producer.publish(testMessages(tickets, "a", 3))
        await producer.close()
        // What was aborted stays visible on the mock broker, so each is there at least once.
        let names = Set(try await kafka.contents(of: tickets).compactMap(\.keyText))
        #expect(names == ["a-0", "a-1", "a-2"])
        await kafka.tearDown()
    }

    @Test("a fenced producer says so, then and from then on", arguments: PushedError.fencing)
    func fenced(_ pushed: PushedError) async throws {
        let kafka = try await prepared()
        let producer = try await kafka.producer(.transactional(id: "faults/acme/support"))
        try await producer.publish(testMessages(tickets, "a", 1))
        try await kafka.broker.perform("error \(pushed.api) \(pushed.code) \(pushed.count)")
        for _ in 0..<2 {
            await #expect(throws: MessagingError.fenced) { try await producer.publish(testMessages(tickets, "b", 1)) }
        }
        await producer.close()
        await kafka.tearDown()
    }

    @Test("an idempotent producer that lost its identity for good is replaced at the next publish")
    func lostIdentity() async throws {
        let kafka = try await prepared()
        let producer = try await kafka.producer(.idempotent)
        try await producer.publish(testMessages(tickets, "a", 1))
        // A sequence that the broker finds broken is an error that the library does not come back from.
        try await kafka.broker.perform("error 0 45 1")
        let error = await #expect(throws: MessagingError.self) {
            try await producer.publish(testMessages(tickets, "b", 1))
        }
        #expect(error?.recovery == .retry(after: .seconds(1)))
        try await producer.publish(testMessages(tickets, "b", 1))
        try await producer.publish(testMessages(tickets, "c", 1))
        await producer.close()
        #expect(try await kafka.contents(of: tickets).compactMap(\.keyText) == ["a-0", "b-0", "c-0"])
        await kafka.tearDown()
    }

    @Test("a topic that the broker refuses fails its page; the next page goes out")
    func unauthorized() async throws {
        let kafka = try await prepared()
        let producer = try await kafka.producer(.transactional(id: "faults/acme/support"))
        try await kafka.broker.perform("error 24 29 1")
        let error = await #expect(throws: MessagingError.self) {
            try await producer.publish(testMessages(tickets, "a", 3))
        }
        #expect(error?.recovery == .stop)
        try await producer.publish(testMessages(users, "u", 3))
        #expect(try await kafka.contents(of: users).count == 3)
        await producer.close()
        await kafka.tearDown()
    }

    @Test("a broker that is down is told within the patience, and used again when it is up")
    func downAndUp() async throws {
        let kafka = try await prepared { $0.patience = .seconds(2) }
        let producer = try await kafka.producer(.transactional(id: "faults/acme/support"))
        try await producer.publish(testMessages(tickets, "a", 2))
        try await kafka.broker.perform("down 1")
        let start = ContinuousClock.now
        let error = await #expect(throws: MessagingError.self) {
            _ = try await kafka.producer(.transactional(id: "faults/other/support"))
        }
        #expect(error?.recovery == .retry(after: .seconds(1)))
        #expect(ContinuousClock.now - start < .seconds(300))
        try await kafka.broker.perform("up 1")
        try await producer.publish(testMessages(tickets, "b", 2))
        await producer.close()
        #expect(try await kafka.contents(of: tickets).compactMap(\.keyText) == ["a-0", "a-1", "b-0", "b-1"])
        await kafka.tearDown()
    }

    @Test("a commit without an answer ends the producer, since only its successor can decide it")
    func undecided() async throws {
        let kafka = try await prepared { $0.patience = .seconds(2) }
        let producer = try await kafka.producer(.transactional(id: "faults/acme/support"))
        try await producer.publish(testMessages(tickets, "a", 1))
        try await kafka.broker.perform("down 1")
        for _ in 0..<2 {
            let error = await #expect(throws: MessagingError.self) {
                try await producer.publish(testMessages(tickets, "b", 1))
            }
            #expect(error?.recovery == .retry(after: .seconds(1)))
        }
        await producer.close()
        try await kafka.broker.perform("up 1")
        let successor = try await kafka.producer(.transactional(id: "faults/acme/support"))
        try await successor.publish(testMessages(tickets, "c", 1))
        await successor.close()
        let names = try await kafka.contents(of: tickets).compactMap(\.keyText)
        #expect(names.first == "a-0" && names.last == "c-0")
        await kafka.tearDown()
    }

    @Test("coordinators and leaders that move are followed")
    func moved() async throws {
        let kafka = try await prepared(brokers: 3)
        let producer = try await kafka.producer(.transactional(id: "faults/acme/support"))
        let consumer = try await kafka.consumer(group: "faults.loader", topics: [tickets])
        for broker in [1, 2, 3] {
            try await kafka.broker.perform("coordinator transaction faults/acme/support \(broker)")
            try await kafka.broker.perform("coordinator group faults.loader \(broker)")
            try await kafka.broker.perform("leader \(tickets) 0 \(broker)")
            try await producer.publish(testMessages(tickets, "b\(broker)", 5))
        }
        let received = try await consumer.receive { $0.deliveries.count >= 15 }
        #expect(received.deliveries.compactMap(\.keyText) == [1, 2, 3].flatMap { b in (0..<5).map { "b\(b)-\($0)" } })
        await consumer.close()
        await producer.close()
        await kafka.tearDown()
    }

    @Test("a consumer finds its starts although the coordinator fails at first, and lives through a broker's absence")
    func consumer() async throws {
        let kafka = try await prepared()
        try await kafka.broker.perform("error 9 14 3")
        let producer = try await kafka.producer(.transactional(id: "faults/acme/support"))
        try await producer.publish(testMessages(tickets, "a", 3))
        let consumer = try await kafka.consumer(group: "faults.loader", topics: [tickets])
        let first = try await consumer.receive { $0.deliveries.count >= 3 }
        #expect(first.deliveries.compactMap(\.keyText) == ["a-0", "a-1", "a-2"])
        try await kafka.broker.perform("down 1")
        let absent = try await consumer.receive(atMost: 10, bytes: 1000, within: .milliseconds(500))
        #expect(absent.deliveries.isEmpty)
        try await kafka.broker.perform("up 1")
        try await producer.publish(testMessages(tickets, "b", 2))
        let second = try await consumer.receive { $0.deliveries.contains { $0.keyText == "b-1" } }
        #expect(Set(second.deliveries.compactMap(\.keyText)).isSuperset(of: ["b-0", "b-1"]))
        await consumer.close()
        await producer.close()
        await kafka.tearDown()
    }
}
