import Messaging
import Model
import Testing
import Transports

/// The mock broker keeps about 5 MiB a partition and drops the oldest silently, as retention does.
@Suite("Kafka consumer where the log dropped what the group had not done")
struct KafkaGapTests {
    private let namespace = testNamespace("gaps")
    private var tickets: String { namespace.records(.support, "tickets") }
    private var partition: TopicPartition { TopicPartition(topic: tickets, partition: 0) }

    private func large(_ name: String, _ count: Int) -> [Message] {
        let value = [UInt8](repeating: 120, count: 600_000)
        return (0..<count).map { Message(topic: tickets, partition: 0, key: "\(name)-\($0)", value: value[...]) }
    }

    /// Publishes one by one, so that each message is a batch that can be dropped.
    private func publish(_ messages: [Message], on kafka: MockKafka) async throws {
        let producer = try await kafka.producer(.idempotent)
        for message in messages { try await producer.publish([message]) }
        await producer.close()
    }

    @Test("the assignment starts at what is left and names the gap")
    func atStart() async throws {
        let kafka = try MockKafka { $0.options["compression.type"] = "none" }
        try await kafka.prepare([namespace.recordTopic(.support, "tickets")])
        try await publish(large("a", 3), on: kafka)
        let first = try await kafka.consumer(group: namespace.loaderGroup, topics: [tickets])
        _ = try await first.receive { $0.deliveries.count >= 3 }
        try await first.commit([partition: 2])
        await first.close()
        try await publish(large("b", 12), on: kafka)
        let second = try await kafka.consumer(group: namespace.loaderGroup, topics: [tickets])
        let received = try await second.receive { !$0.deliveries.isEmpty }
        let start = try #require(received.assignment?.starts[partition])
        #expect(start.offset > 2)
        #expect(start.gap == 2..<start.offset)
        #expect(received.deliveries.first?.offset == start.offset)
        #expect(try await second.watermarks(of: partition).lowerBound == start.offset)
        await second.close()
        await kafka.tearDown()
    }

    @Test("a consumer that is overtaken by retention gets a new assignment with the gap, and goes on")
    func underway() async throws {
        let kafka = try MockKafka {
            $0.options = ["compression.type": "none", "queued.max.messages.kbytes": "1", "queued.min.messages": "1"]
        }
        try await kafka.prepare([namespace.recordTopic(.support, "tickets")])
        try await publish(large("a", 4), on: kafka)
        let consumer = try await kafka.consumer(group: namespace.loaderGroup, topics: [tickets])
        let first = try await consumer.receive { !$0.deliveries.isEmpty }
        let former = try #require(first.assignment)
        try await publish(large("b", 20), on: kafka)
        let rest = try await consumer.receive { $0.deliveries.last?.keyText == "b-19" }
        let later = try #require(rest.assignment)
        #expect(later.number > former.number)
        let start = try #require(later.starts[partition])
        let gap = try #require(start.gap)
        #expect(gap.upperBound == start.offset)
        let offsets = (first + rest).deliveries.map(\.offset)
        #expect(offsets == Array(0..<gap.lowerBound) + Array(gap.upperBound..<24))
        for other in later.starts where other.key != partition {
            #expect(former.starts[other.key] == other.value)
        }
        await consumer.close()
        await kafka.tearDown()
    }
}
