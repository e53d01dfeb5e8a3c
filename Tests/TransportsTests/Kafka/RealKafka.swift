import Foundation
import Logging
import Messaging
import Model
import RDKafka
import TestSupport
import Transports

/// The Kafka that `KAFKA_BOOTSTRAP_SERVERS` names, if any.
enum RealKafka {
    static let bootstrapServers: [String]? = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"]
        .flatMap { $0.isEmpty ? nil : $0.split(separator: ",").map(String.init) }

    static func settings(instance: String? = nil) -> KafkaSettings {
        KafkaSettings(
            brokers: bootstrapServers ?? [],
            security: .plaintext,
            allowsPlaintext: true,
            partitions: 4,
            replication: 1,
            instance: instance
        )
    }

    /// Deletes the topics of a namespace that a test is done with.
    static func delete(_ namespace: Namespace) async {
        guard let bootstrapServers else { return }
        await KafkaTopics.delete(prefix: "\(namespace).", servers: bootstrapServers)
    }

    /// Runs a test in a namespace of its own, whose topics go after it, whatever becomes of it.
    static func withNamespace(_ test: (Namespace) async throws -> Void) async throws {
        let namespace = uniqueNamespace()
        do {
            try await test(namespace)
        } catch {
            await delete(namespace)
            throw error
        }
        await delete(namespace)
    }

    /// A namespace that no other run has.
    static func uniqueNamespace() -> Namespace {
        testNamespace("t-" + UUID().uuidString.lowercased().prefix(18))
    }

    /// Whether the broker hides what was aborted; asked once. Says in the output why tests are skipped.
    static func isolates() async -> Bool { await probe.isolates() }

    private static let probe = IsolationProbe()

    fileprivate static func probeIsolation() async -> Bool {
        guard bootstrapServers != nil else {
            print("skipped: tests of a real Kafka; set KAFKA_BOOTSTRAP_SERVERS=host:port to run them")
            return false
        }
        do {
            let namespace = uniqueNamespace()
            let transport = try KafkaTransport(settings(), logger: .quiet)
            try await transport.prepare([namespace.recordTopic(.support, "probe")])
            let topic = namespace.records(.support, "probe")
            try await OpenTransaction(id: "\(namespace)/a", testMessages(topic, "aborted", 1)).abort()
            let producer = try await transport.producer(.transactional(id: "\(namespace)/b"))
            try await producer.publish(testMessages(topic, "committed", 1))
            await producer.close()
            let names = try await transport.contents(of: topic).compactMap(\.keyText)
            await transport.close()
            await delete(namespace)
            if names == ["committed-0"] { return true }
            print("skipped: tests of a real Kafka; the broker shows aborted messages: \(names)")
        } catch {
            print("skipped: tests of a real Kafka; \((error as? any ExplainedError)?.message ?? "\(error)")")
        }
        return false
    }
}

/// A transaction of a producer of its own, left open until it is ended.
actor OpenTransaction {
    private let executor = BlockingExecutor(label: "open-transaction")
    private let client: KafkaClient

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Returns when the messages are in the log.
    init(id: String, _ messages: [Message]) async throws {
        let properties = [
            "bootstrap.servers": RealKafka.settings().brokers.joined(separator: ","), "transactional.id": id,
        ]
        client = try KafkaClient(.producer, KafkaConfiguration(properties) { _ in })
        try begin(messages)
    }

    private func begin(_ messages: [Message]) throws {
        try client.initTransactions(milliseconds: 30_000)
        try client.beginTransaction()
        for message in messages {
            _ = try client.produce(
                topic: message.topic,
                partition: message.partition,
                key: message.key,
                value: message.value
            )
        }
        try client.flush(milliseconds: 10_000)
    }

    func commit() throws {
        try client.commitTransaction(milliseconds: 10_000)
        client.close()
    }

    func abort() throws {
        try client.abortTransaction(milliseconds: 10_000)
        client.close()
    }
}

/// The conformance suite on a real Kafka. Each behaviour has a namespace of its own.
actor RealKafkaHarness: TransportHarness {
    static let capabilities: Set<TransportCapability> = [.isolation, .fencing, .persistence, .topicConfiguration]

    nonisolated let namespace = RealKafka.uniqueNamespace()
    private var transports: [KafkaTransport] = []

    func open() async throws -> any Transport {
        // With a name that the next process has again, the broker gives it the dead one's partitions at once.
        let transport = try KafkaTransport(RealKafka.settings(instance: "\(namespace)-0"), logger: .quiet)
        transports.append(transport)
        return transport
    }

    func reopenAfterCrash(_ abandoned: any Transport) async throws -> any Transport {
        try await open()
    }

    func publishWithoutCommit(_ messages: [Message], through transport: any Transport) async throws {
        try await OpenTransaction(id: "\(namespace)/aborted", messages).abort()
    }

    func tearDown() async {
        for transport in transports { await transport.close() }
        transports = []
        await RealKafka.delete(namespace)
    }
}

/// Keeps the answer: the condition of a suite is asked for each of its tests.
private actor IsolationProbe {
    private var answer: Bool?

    func isolates() async -> Bool {
        if let answer { return answer }
        let isolates = await RealKafka.probeIsolation()
        answer = isolates
        return isolates
    }
}
