import Foundation
import Messaging
import Model
import Transports
import Work

/// Publishing and consuming of 1 KB records, a thousand of them a transaction.
struct GrowthOfLogs {
    private let workload: Workload
    private static let batch = 1000
    /// The mock broker keeps 5 MB of a partition.
    private static let partitions: Int32 = 48
    private static let mostKept = 100_000

    init(_ workload: Workload) { self.workload = workload }

    func lines(_ sizes: [Int]) async throws -> [Growth] {
        var published: [Growth.Point] = []
        var received: [Growth.Point] = []
        for size in sizes {
            var found: [Double] = []
            published.append(
                try await Growth.Point(size) { records in
                    let path = workload.path("growth.sqlite")
                    defer { workload.remove(path) }
                    let seconds = try await publish(records, to: path)
                    found.append(try await receive(records, from: path))
                    return seconds
                }
            )
            received.append(Growth.Point(records: size, processorSeconds: found.median))
        }
        let embedded = [("publish to", published), ("receive from", received)].map { verb, points in
            Growth(line: "growth: \(verb) the embedded log", points: points, comparedWith: "a line")
        }
        return embedded + (try await kafka(sizes))
    }

    private func kafka(_ sizes: [Int]) async throws -> [Growth] {
        guard let path = workload.options.mockBroker else { return [] }
        let kept = sizes.filter { $0 <= Self.mostKept }
        var topics = ["growth.published": Self.partitions]
        for size in kept { topics["growth.\(size)"] = Self.partitions }
        let broker = try BrokerProcess(path, topics: topics, in: workload)
        defer { broker.stop() }
        let link = KafkaLink(servers: broker.servers, partitions: Self.partitions)
        for size in kept {
            let topic = "growth.\(size)"
            _ = try await link.produce(messages(0, size, topic), [topic])
        }
        return [
            try await Growth("publish to a mock broker", sizes) { records in
                let starts = stride(from: 0, to: records, by: Self.batch)
                let batches = starts.lazy.map { messages($0, Self.batch, "growth.published") }
                return try await link.publish(batches, ["growth.published"]).processorSeconds
            },
            // Joining a group takes seconds, each time.
            try await Growth(
                "consume from a mock broker",
                sizes,
                least: Growth.Point.least / 3,
                comparedWith: "a line; what it keeps is read again"
            ) {
                var seconds = 0.0
                for _ in 0..<max(1, $0 / Self.mostKept) {
                    let count = min($0, Self.mostKept)
                    let rest = try await link.receive(count, from: "growth.\(count)", isFirstTimed: true)
                    seconds += rest.scaled(to: count).processorSeconds
                }
                return seconds
            },
        ]
    }

    private func receive(_ records: Int, from path: String) async throws -> Double {
        let transport = try EmbeddedTransport(path: path)
        let consumer = try await transport.consumer(group: "growth", topics: [Self.topic.name])
        var rest = records
        let lap = try await Lap.time {
            while rest > 0 {
                let reception = try await consumer.receive(atMost: 1000, bytes: 4 << 20, within: .seconds(10))
                rest -= reception.deliveries.count
                use(reception.deliveries)
            }
        }
        await consumer.close()
        await transport.close()
        return lap.processorSeconds
    }

    private func publish(_ records: Int, to path: String) async throws -> Double {
        let transport = try EmbeddedTransport(path: path)
        try await transport.prepare(Workload.namespace.serviceTopics + [Self.topic])
        let producer = try await transport.producer(.transactional(id: "growth"))
        var seconds = 0.0
        for first in stride(from: 0, to: records, by: Self.batch) {
            let messages = messages(first, Self.batch, Self.topic.name)
            seconds += try await Lap.time { try await producer.publish(messages) }.processorSeconds
        }
        await producer.close()
        await transport.close()
        return seconds
    }

    private static let topic = Workload.namespace.recordTopic(.support, WideRows.schema.stream)

    private func messages(_ first: Int, _ count: Int, _ topic: String) -> [Message] {
        let rows = WideRows(count: count, first: first, isAscending: true)
        return rows.deliveries(of: workload.connection, firstOffset: Int64(first), version: 0).map { delivery in
            Message(
                topic: topic,
                partition: topic == Self.topic.name ? 0 : Int32(delivery.offset % Int64(Self.partitions)),
                key: String(decoding: delivery.key ?? [], as: UTF8.self),
                value: delivery.value
            )
        }
    }
}
