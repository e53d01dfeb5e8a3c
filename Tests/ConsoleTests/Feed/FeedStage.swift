import Console
import Foundation
import Loader
import Logging
import Messaging
import Model
import ServiceRuntime
import Synchronization
import TestSupport
import Testing
import Transports

/// A feed over an embedded log of its own.
final class FeedStage: Sendable {
    let namespace: Namespace
    let transport: EmbeddedTransport
    let clock: ManualClock
    let facts: Facts
    private let directory: TemporaryDirectory
    private let producer: any MessageProducer
    private let told = Mutex<[BoardEvent]>([])

    /// What the feed's observer was told.
    var events: [BoardEvent] { told.withLock { $0 } }

    init() async throws {
        directory = try TemporaryDirectory()
        namespace = try #require(Namespace(rawValue: "deskpipe"))
        let clock = ManualClock(at: Facts.noon)
        self.clock = clock
        facts = try Facts()
        transport = try EmbeddedTransport(
            path: directory.path("log.sqlite"),
            settings: EmbeddedSettings(partitions: 4, now: { clock.now() })
        )
        try await transport.prepare(namespace.serviceTopics)
        producer = try await transport.producer(.idempotent)
    }

    /// - Parameter transport: instead of the stage's own.
    func feed(over transport: (any Transport)? = nil) -> BoardFeed {
        BoardFeed(
            transport: transport ?? self.transport,
            namespace: namespace,
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            observer: { [self] events in told.withLock { $0 += events } }
        )
    }

    func publish(_ topic: String, _ key: String? = nil, _ value: (some Encodable)?) async throws {
        let bytes = try value.map { try WireJSON.bytes(of: $0)[...] }
        try await publish(topic, key, bytes: bytes)
    }

    func publish(_ topic: String, _ key: String? = nil, bytes: Bytes?) async throws {
        let partition = Partitioner.partition(of: facts.key.tenant, partitions: transport.partitions)
        let key = key ?? facts.key.description
        try await producer.publish([Message(topic: topic, partition: partition, key: key, value: bytes)])
    }

    /// The connection, a run and its load.
    func publishRun(at start: Timestamp) async throws {
        try await publish(namespace.connections, nil, facts.definition)
        try await publish(namespace.extractionReports, nil, facts.run(at: start, records: ["tickets": 3]))
        try await publish(
            namespace.loadingReports,
            "\(facts.key)/tickets",
            facts.load(at: start + .seconds(90), rows: 3, sequence: 7)
        )
    }
}
