import Messaging
import Model
import TestSupport
import Testing
import Transports

@Suite("A consumer of the embedded log")
struct EmbeddedConsumerTests {
    let log: LogFixture

    init() throws {
        log = try LogFixture()
    }

    @Test("the newest of a group takes over; the older one learns it at once and can commit nothing more")
    func takeOver() async throws {
        let transport = try await log.open()
        try await log.publish(4, to: transport)
        let older = try await transport.consumer(group: "g", topics: [log.tickets])
        #expect(try await older.receive(atMost: 1, bytes: 1, within: .seconds(5)).assignment?.starts.count == 2)
        #expect(try await older.receive(atMost: 9, bytes: 999, within: .seconds(5)).deliveries.count == 4)
        async let waiting = older.receive(atMost: 9, bytes: 999, within: .seconds(60))
        let newer = try await transport.consumer(group: "g", topics: [log.tickets])
        let lost = try await waiting
        #expect(lost.assignment?.starts.isEmpty == true)
        #expect(lost.deliveries.isEmpty)
        try await older.commit([log.partition: 4])
        await older.close()
        let start = try #require(try await newer.receive(atMost: 1, bytes: 1, within: .seconds(5)).assignment)
        #expect(start.starts[log.partition] == .init(offset: 0))
        #expect(start.number > (lost.assignment?.number ?? .max))
        #expect(try await newer.receive(atMost: 9, bytes: 999, within: .seconds(5)).deliveries.count == 4)
        await newer.close()
        await transport.close()
    }

    @Test("offsets that the group had not done and the log lost are a gap, not a silent skip")
    func gap() async throws {
        var transport = try await log.open()
        try await log.publish(10, to: transport)
        try await log.commit(3, group: "g", in: transport)
        await transport.close()
        try log.tamper("DELETE FROM messages WHERE id & 0xffffffff < 6")
        try log.tamper("UPDATE logs SET start_offset = 6 WHERE next_offset = 10")
        transport = try await log.open()
        let consumer = try await transport.consumer(group: "g", topics: [log.tickets])
        let reception = try await consumer.receive(atMost: 9, bytes: 999, within: .seconds(5))
        #expect(reception.assignment?.starts[log.partition] == .init(offset: 6, gap: 3..<6))
        #expect(try await consumer.receive(atMost: 9, bytes: 999, within: .seconds(5)).deliveries.first?.offset == 6)
        #expect(try await consumer.watermarks(of: log.partition) == 6..<10)
        let other = try await transport.consumer(group: "other", topics: [log.tickets])
        let fresh = try await other.receive(atMost: 9, bytes: 999, within: .seconds(5))
        #expect(fresh.assignment?.starts[log.partition] == .init(offset: 6))
        await transport.close()
    }

    @Test("a commit beyond the log's end hides nothing that comes later")
    func commitBeyondTheEnd() async throws {
        let transport = try await log.open()
        try await log.publish(2, to: transport)
        try await log.commit(1000, group: "g", in: transport)
        try await log.publish(1, name: "later", to: transport)
        let consumer = try await transport.consumer(group: "g", topics: [log.tickets])
        let reception = try await consumer.receive(atMost: 9, bytes: 999, within: .seconds(5))
        #expect(reception.assignment?.starts[log.partition] == .init(offset: 2))
        #expect(try await consumer.receive(atMost: 9, bytes: 999, within: .seconds(5)).deliveries.count == 1)
        await transport.close()
    }

    @Test("a full partition holds up no other")
    func fairness() async throws {
        let transport = try await log.open()
        try await log.publish(500, to: transport)
        let other = Message(topic: log.tickets, partition: 1, key: "other", value: [1])
        try await transport.producer(.idempotent).publish([other])
        let consumer = try await transport.consumer(group: "g", topics: [log.tickets])
        var keys: [String] = []
        for _ in 0..<4 {
            keys += try await consumer.receive(atMost: 5, bytes: 999, within: .seconds(5)).deliveries.map(\.key).map {
                $0.map { String(decoding: $0, as: UTF8.self) } ?? ""
            }
        }
        #expect(keys.contains("other"))
        await transport.close()
    }

    @Test("waiting ends with its task")
    func cancellation() async throws {
        let transport = try await log.open()
        let consumer = try await transport.consumer(group: "g", topics: [log.tickets])
        _ = try await consumer.receive(atMost: 1, bytes: 1, within: .seconds(5))
        let start = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: CancellationError.self) {
                    try await consumer.receive(atMost: 1, bytes: 1, within: .seconds(3600))
                }
            }
            group.cancelAll()
        }
        #expect(ContinuousClock.now - start < .seconds(1800))
        await transport.close()
    }

    @Test("partitions that it does not hold can be neither sought nor committed")
    func notHeld() async throws {
        let transport = try await log.open()
        let consumer = try await transport.consumer(group: "g", topics: [log.tickets])
        let other = TopicPartition(topic: testNamespace.commands, partition: 0)
        await #expect(throws: MessagingError.self) { try await consumer.seek(other, to: 0) }
        await #expect(throws: MessagingError.self) { try await consumer.commit([other: 0]) }
        await transport.close()
    }
}
