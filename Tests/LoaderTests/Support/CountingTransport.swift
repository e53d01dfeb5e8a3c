import Messaging

/// A real transport that tells how many deliveries its consumers were given, few at a time, and whose log begins later
/// as far as they are told.
struct CountingTransport: Transport {
    let inner: any Transport
    let mostAtATime: Int
    var start: Int64 = 0
    /// Told of seeks of a consumer.
    var sought: @Sendable () -> Void = {}
    let count: @Sendable (Int) -> Void

    var partitions: Int32 { inner.partitions }

    func prepare(_ topics: [TopicSpecification]) async throws { try await inner.prepare(topics) }

    func producer(_ identity: ProducerIdentity) async throws -> any MessageProducer {
        try await inner.producer(identity)
    }

    func consumer(group: String, topics: [String]) async throws -> any MessageConsumer {
        let consumer = try await inner.consumer(group: group, topics: topics)
        return CountingConsumer(inner: consumer, mostAtATime: mostAtATime, start: start, sought: sought, count: count)
    }

    func reader(of topic: String, partitions: [Int32]?, from: [Int32: Int64]) async throws -> any MessageReader {
        try await inner.reader(of: topic, partitions: partitions, from: from)
    }

    func close() async { await inner.close() }
}

private struct CountingConsumer: MessageConsumer {
    let inner: any MessageConsumer
    let mostAtATime: Int
    let start: Int64
    let sought: @Sendable () -> Void
    let count: @Sendable (Int) -> Void

    func receive(atMost most: Int, bytes: Int, within timeout: Duration) async throws -> Reception {
        let reception = try await inner.receive(atMost: min(most, mostAtATime), bytes: bytes, within: timeout)
        count(reception.deliveries.count)
        return reception
    }

    func commit(_ offsets: [TopicPartition: Int64]) async throws { try await inner.commit(offsets) }

    func seek(_ partition: TopicPartition, to offset: Int64) async throws {
        sought()
        try await inner.seek(partition, to: offset)
    }

    func watermarks(of partitions: [TopicPartition]) async throws -> [TopicPartition: Range<Int64>] {
        try await inner.watermarks(of: partitions).mapValues { $0.isEmpty ? $0 : $0.clamped(to: start..<Int64.max) }
    }

    func close() async { await inner.close() }
}
