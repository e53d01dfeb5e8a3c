import Foundation
import Messaging
import Work

/// Messages to and from a broker process: librdkafka's mock cluster, which keeps what it gets in memory.
enum KafkaPublishing {
    private static let partitions = TicketRead.partitions
    private static let consumed = "bench.consumed"

    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        guard let path = workload.options.mockBroker else { return [] }
        var read = try TicketRead()
        let pages = try workload.pages.map { try read.messages(of: $0) }
        let topics = Set(pages.joined().map(\.topic)).sorted()
        let all = topics.reduce(into: [consumed: partitions]) { $0[$1] = partitions }
        let broker = try BrokerProcess(path, topics: all, in: workload)
        defer { broker.stop() }
        let link = KafkaLink(servers: broker.servers, partitions: partitions)
        let published = try await Race.run(workload.options.repetitions) {
            try await link.publish(pages, topics)
        } reference: {
            try await link.produce(pages.joined(), topics)
        }
        // The broker keeps 5 MB of a partition: so a page's records go to all of them by turns.
        let messages = pages.joined().filter { $0.value != nil }.enumerated().map { number, message in
            var message = message
            message.topic = consumed
            message.partition = Int32(number) % partitions
            return message
        }
        _ = try await link.produce(messages, [consumed])
        let received = try await Race.run(workload.options.repetitions) {
            try await link.receive(messages.count, from: consumed).scaled(to: messages.count)
        } reference: {
            try await link.poll(messages.count, from: consumed).scaled(to: messages.count)
        }
        let bytes = messages.reduce(0) { $0 + ($1.value?.count ?? 0) }
        return [
            Measurement(
                "publish to a mock broker, transactions",
                "records",
                count: pages.reduce(0) { $0 + $1.count },
                bytes: bytes,
                published,
                comparedWith: "a C loop: rd_kafka_produce, no transactions"
            ),
            Measurement(
                "consume from a mock broker, in a group",
                "records",
                count: messages.count,
                bytes: bytes,
                received,
                comparedWith: "a C loop: rd_kafka_consumer_poll, no group"
            ),
        ]
    }
}
