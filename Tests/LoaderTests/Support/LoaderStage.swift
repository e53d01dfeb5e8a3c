import Catalog
import Destinations
import Foundation
import GRDB
import Loader
import Logging
import Messaging
import Model
import TestSupport
import Testing
import Transports

/// A real embedded log and a real SQLite destination, and what a test of the whole loader does with them.
final class LoaderStage: Sendable {
    let namespace: Namespace
    let transport: EmbeddedTransport
    let destination: FaultyDestination
    let clock = ManualClock()
    let directory: TemporaryDirectory
    private let warehouse: String

    /// - Parameter earlier: a stage whose warehouse is gone on with, over a new log.
    init(
        _ faults: FaultyDestination.Faults = .init(),
        _ hooks: FaultyDestination.Hooks = .init(),
        after earlier: LoaderStage? = nil
    ) async throws {
        directory = try earlier?.directory ?? TemporaryDirectory()
        warehouse = directory.path("warehouse")
        namespace = try #require(Namespace(rawValue: "deskpipe"))
        let clock = clock
        transport = try EmbeddedTransport(
            path: directory.path(earlier == nil ? "log.sqlite" : "newer.sqlite"),
            settings: EmbeddedSettings(partitions: 4, now: { clock.now() })
        )
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        destination = FaultyDestination(
            SQLiteDestination(directory: warehouse, logger: logger),
            faults,
            hooks
        )
        let records = Self.streams.map { namespace.recordTopic(.support, $0.name) }
        try await transport.prepare(namespace.serviceTopics + records)
    }

    static let streams = ["tickets", "users"].map { name in
        StreamDefinition(
            StreamName(rawValue: name),
            origin: .field("x", of: "tickets"),
            replication: .incremental,
            replicationKey: "updated_at",
            columns: Columns(integer: "id", dateTime: "updated_at", string: "subject tags[]")
        )
    }

    func define(_ scene: Scene) async throws {
        let body = try JSONEncoder().encode(scene.definition)
        try await publish(namespace.connections, key: scene.key.description, Array(body), tenant: scene.key.tenant)
    }

    func publish(_ scene: Scene, _ stream: StreamName = "tickets", id: Int, _ fields: String = "", sequence: Int64)
        async throws
    {
        try await publish([message(scene, stream, id: id, fields, sequence: sequence)])
    }

    /// The message of a record.
    func message(
        _ scene: Scene,
        _ stream: StreamName = "tickets",
        id: Int,
        _ fields: String = "",
        sequence: Int64
    ) -> Message {
        let data = "{\"id\":\(id)\(fields.isEmpty ? "" : ",")\(fields)}"
        let wire = scene.wire(.upsert, stream, subject: "\(id)", sequence: sequence, data: data)
        return Message(
            topic: namespace.records(.support, stream),
            partition: Partitioner.partition(of: scene.key.tenant, partitions: transport.partitions),
            key: MessageKey.record(scene.key, "\(id)"),
            value: wire[...]
        )
    }

    /// Publishes messages together.
    func publish(_ messages: [Message]) async throws {
        let producer = try await transport.producer(.idempotent)
        try await producer.publish(messages)
        await producer.close()
    }

    func publish(_ topic: String, key: String, _ value: [UInt8], tenant: TenantID) async throws {
        let producer = try await transport.producer(.idempotent)
        let partition = Partitioner.partition(of: tenant, partitions: transport.partitions)
        try await producer.publish([Message(topic: topic, partition: partition, key: key, value: value[...])])
        await producer.close()
    }

    /// Loads until everything published is loaded or set aside.
    func run(
        _ settings: BatchSettings = BatchSettings(),
        onProgress: @escaping @Sendable (LoaderProgress) -> Void = { _ in }
    )
        async throws -> LoaderSummary
    {
        try await service(settings, onProgress).run(until: .idle(when: { true }))
    }

    func service(
        _ settings: BatchSettings = BatchSettings(),
        _ onProgress: @escaping @Sendable (LoaderProgress) -> Void = { _ in },
        over other: (any Transport)? = nil
    ) -> LoaderService {
        let destination = destination
        let clock = clock
        return LoaderService(
            transport: other ?? transport,
            namespace: namespace,
            destination: { _ in destination },
            settings: settings,
            streams: Self.streams,
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            observer: { progress in
                // A wait for the destination is over as soon as it begins.
                if case .setAside = progress { clock.advance(by: .seconds(61)) }
                onProgress(progress)
            }
        )
    }

    /// The SQLite file of a connection.
    func file(of scene: Scene) -> String { "\(warehouse)/\(scene.definition.schema).sqlite" }

    /// The rows of a query on a connection's schema, columns joined by `|`.
    func rows(_ scene: Scene, _ sql: String) throws -> [String] {
        let queue = try DatabaseQueue(path: "\(warehouse)/\(scene.definition.schema).sqlite")
        return try queue.read { database in
            try Row.fetchAll(database, sql: sql).map { row in
                row.databaseValues.map { $0.isNull ? "-" : "\($0.storage.value ?? "-")" }.joined(separator: "|")
            }
        }
    }

    /// Does something to a connection's tables beside the loader.
    func change(_ scene: Scene, _ sql: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(
            path: "\(warehouse)/\(scene.definition.schema).sqlite",
            configuration: configuration
        )
        try queue.write { try $0.execute(sql: sql) }
    }

    /// What a topic holds, decoded.
    func messages<Value: Decodable>(of topic: String, as type: Value.Type) async throws -> [Value] {
        let reader = try await transport.reader(of: topic, partitions: nil, from: [:])
        var values: [Value] = []
        while let deliveries = try await reader.next(atMost: 100) {
            values += try deliveries.map { try JSONDecoder().decode(type, from: Data($0.value ?? [])) }
        }
        await reader.close()
        return values
    }
}
