import Messaging

/// A real transport whose log has lost offsets of one topic, as far as its consumers are told.
struct GapTransport: Transport {
    let inner: any Transport
    let topic: String
    let gap: Range<Int64>

    var partitions: Int32 { inner.partitions }

    func prepare(_ topics: [TopicSpecification]) async throws { try await inner.prepare(topics) }

    func producer(_ identity: ProducerIdentity) async throws -> any MessageProducer {
        try await inner.producer(identity)
    }

    func consumer(group: String, topics: [String]) async throws -> any MessageConsumer {
        GapConsumer(inner: try await inner.consumer(group: group, topics: topics), topic: topic, gap: gap)
    }

    func reader(of topic: String, partitions: [Int32]?, from: [Int32: Int64]) async throws -> any MessageReader {
        try await inner.reader(of: topic, partitions: partitions, from: from)
    }

    func close() async { await inner.close() }
}

private struct GapConsumer: MessageConsumer {
    let inner: any MessageConsumer
    let topic: String
    let gap: Range<Int64>

    func receive(atMost count: Int, bytes: Int, within timeout: Duration) async throws -> Reception {
        var reception = try await inner.receive(atMost: count, bytes: bytes, within: timeout)
        for partition in reception.assignment?.starts.keys.filter({ $0.topic == topic }) ?? [] {
            reception.assignment?.starts[partition]?.gap = gap
        }
        return reception
    }

    func commit(_ offsets: [TopicPartition: Int64]) async throws { try await inner.commit(offsets) }

    func seek(_ partition: TopicPartition, to offset: Int64) async throws {
        try await inner.seek(partition, to: offset)
    }

    func watermarks(of partitions: [TopicPartition]) async throws -> [TopicPartition: Range<Int64>] {
        try await inner.watermarks(of: partitions)
    }

    func close() async { await inner.close() }
}
