import Messaging
import Model
import ServiceRuntime
import Synchronization
import Transports

/// A log whose process dies around one publication: from then on nothing of it gets there any more, and it hears of
/// nothing.
final class DyingTransport: Transport {
    enum Moment: Sendable, CaseIterable {
        case before, after
    }

    private struct Producer: MessageProducer {
        let producer: any MessageProducer
        let transport: DyingTransport

        func publish(_ messages: [Message]) async throws { try await transport.publish(messages, producer) }
        func close() async { await producer.close() }
    }

    private let base: EmbeddedTransport
    private let moment: Moment
    /// What the value of the fatal message has in it.
    private let text: String
    private let isDead = Mutex(false)
    let hasDied = StopSignal()

    init(_ base: EmbeddedTransport, _ moment: Moment, publicationOf text: String) {
        self.base = base
        self.moment = moment
        self.text = text
    }

    var partitions: Int32 { base.partitions }

    func prepare(_ topics: [TopicSpecification]) async throws { try await base.prepare(topics) }

    func producer(_ identity: ProducerIdentity) async throws -> any MessageProducer {
        try await live()
        return Producer(producer: try await base.producer(identity), transport: self)
    }

    func consumer(group: String, topics: [String]) async throws -> any MessageConsumer {
        try await base.consumer(group: group, topics: topics)
    }

    func reader(of topic: String, partitions: [Int32]?, from: [Int32: Int64]) async throws -> any MessageReader {
        try await live()
        return try await base.reader(of: topic, partitions: partitions, from: from)
    }

    func close() async { await base.close() }

    private func publish(_ messages: [Message], _ producer: any MessageProducer) async throws {
        try await live()
        let isFatal = messages.contains { message in
            message.value.map { String(decoding: $0, as: UTF8.self).contains(text) } ?? false
        }
        guard isFatal else { return try await producer.publish(messages) }
        if moment == .after { try await producer.publish(messages) }
        isDead.withLock { $0 = true }
        hasDied.set()
        try await live()
    }

    /// Where the process is dead nobody gets any further.
    private func live() async throws {
        guard isDead.withLock({ $0 }) else { return }
        while true { try await Task.sleep(for: .seconds(3600)) }
    }
}
