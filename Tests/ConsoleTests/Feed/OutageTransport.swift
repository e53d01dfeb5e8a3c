import Messaging
import Synchronization

/// A real transport of which a topic can go away and come back.
final class OutageTransport: Transport {
    private let inner: any Transport
    private let awayTopic = Mutex<String?>(nil)

    var partitions: Int32 { inner.partitions }

    init(_ inner: any Transport) {
        self.inner = inner
    }

    /// One topic cannot be read any more.
    func lose(_ topic: String) { awayTopic.withLock { $0 = topic } }
    func comeBack() { awayTopic.withLock { $0 = nil } }

    func prepare(_ topics: [TopicSpecification]) async throws { try await inner.prepare(topics) }

    func producer(_ identity: ProducerIdentity) async throws -> any MessageProducer {
        try await inner.producer(identity)
    }

    func consumer(group: String, topics: [String]) async throws -> any MessageConsumer {
        try await inner.consumer(group: group, topics: topics)
    }

    func reader(
        of topic: String,
        partitions: [Int32]?,
        from: [Int32: Int64]
    ) async throws -> any MessageReader {
        guard awayTopic.withLock({ $0 != topic }) else {
            throw MessagingError.unavailable(call: "read", reason: "\(topic) is away")
        }
        return try await inner.reader(of: topic, partitions: partitions, from: from)
    }

    func close() async { await inner.close() }
}
