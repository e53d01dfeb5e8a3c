import Messaging
import Synchronization

/// A real transport that does not answer some of its consumers' and readers' calls, as one whose brokers went away.
final class AbsentTransport: Transport {
    private let inner: any Transport
    private let calls = Mutex(0)
    private let isAbsent: @Sendable (Int) -> Bool

    /// - Parameter isAbsent: whether it does not answer a call, which are counted from 1.
    init(_ inner: any Transport, when isAbsent: @escaping @Sendable (Int) -> Bool) {
        self.inner = inner
        self.isAbsent = isAbsent
    }

    /// How often it was asked.
    var count: Int { calls.withLock(\.self) }

    fileprivate func answer(_ call: String) throws {
        let number = calls.withLock { calls in
            calls += 1
            return calls
        }
        if isAbsent(number) { throw MessagingError.unavailable(call: call, reason: "nobody answers") }
    }

    var partitions: Int32 { inner.partitions }

    func prepare(_ topics: [TopicSpecification]) async throws { try await inner.prepare(topics) }

    func producer(_ identity: ProducerIdentity) async throws -> any MessageProducer {
        try await inner.producer(identity)
    }

    func consumer(group: String, topics: [String]) async throws -> any MessageConsumer {
        AbsentConsumer(inner: try await inner.consumer(group: group, topics: topics), transport: self)
    }

    func reader(of topic: String, partitions: [Int32]?, from: [Int32: Int64]) async throws -> any MessageReader {
        try answer("reader")
        return try await inner.reader(of: topic, partitions: partitions, from: from)
    }

    func close() async { await inner.close() }
}

private struct AbsentConsumer: MessageConsumer {
    let inner: any MessageConsumer
    let transport: AbsentTransport

    func receive(atMost count: Int, bytes: Int, within timeout: Duration) async throws -> Reception {
        try transport.answer("receive")
        return try await inner.receive(atMost: min(count, 5), bytes: bytes, within: timeout)
    }

    func commit(_ offsets: [TopicPartition: Int64]) async throws {
        try transport.answer("commit")
        try await inner.commit(offsets)
    }

    func seek(_ partition: TopicPartition, to offset: Int64) async throws {
        try transport.answer("seek")
        try await inner.seek(partition, to: offset)
    }

    func watermarks(of partitions: [TopicPartition]) async throws -> [TopicPartition: Range<Int64>] {
        try transport.answer("watermarks")
        return try await inner.watermarks(of: partitions)
    }

    func close() async { await inner.close() }
}
