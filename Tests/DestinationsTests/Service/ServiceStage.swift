import Catalog
import Destinations
import Foundation
import Loader
import Logging
import Messaging
import Model
import ServiceRuntime
import TestSupport
import Testing
import Transports

/// The whole loader over an embedded log of its own, into destinations of any kind.
final class ServiceStage: Sendable {
    let namespace: Namespace
    let transport: EmbeddedTransport
    let clock = ManualClock()
    private let directory: TemporaryDirectory

    init() async throws {
        directory = try TemporaryDirectory()
        namespace = try #require(Namespace(rawValue: "deskpipe"))
        let clock = clock
        transport = try EmbeddedTransport(
            path: directory.path("log.sqlite"),
            settings: EmbeddedSettings(partitions: 4, now: { clock.now() })
        )
        let records = Self.streams.map { namespace.recordTopic(.support, $0.name) }
        try await transport.prepare(namespace.serviceTopics + records)
    }

    static let streams = ["tickets", "users", "labels"].map { name in
        StreamDefinition(
            StreamName(rawValue: name),
            origin: .field("x", of: "tickets"),
            key: name == "labels" ? ["label"] : ["id"],
            replication: .incremental,
            replicationKey: "updated_at",
            columns: Columns(integer: "id", dateTime: "updated_at", string: "subject label tags[]")
        )
    }

    /// A record of a stream: its key, the members beside it, and its sequence.
    struct Record {
        var id: Int
        var fields: String
        var sequence: Int64

        init(_ id: Int, _ fields: String = "", sequence: Int64) {
            self.id = id
            self.fields = fields
            self.sequence = sequence
        }
    }

    func define(_ connections: ConnectionDefinition...) async throws {
        let producer = try await transport.producer(.idempotent)
        for connection in connections {
            let body = try JSONEncoder().encode(connection)
            let partition = Partitioner.partition(of: connection.tenant, partitions: transport.partitions)
            let key = connection.key.description
            try await producer.publish([
                Message(topic: namespace.connections, partition: partition, key: key, value: Array(body)[...])
            ])
        }
        await producer.close()
    }

    func publish(_ connection: ConnectionDefinition, _ tickets: [Record]) async throws {
        try await publish(connection, "tickets", tickets)
    }

    func publish(_ connection: ConnectionDefinition, _ stream: StreamName, _ records: [Record]) async throws {
        let envelope = EventEnvelope(
            type: .upsert,
            connection: connection.key,
            stream: stream,
            subject: nil,
            time: Timestamp(seconds: 1_795_168_000),
            sequence: 0,
            tableVersion: nil,
            run: RunID(rawValue: "01JD0000000000000000000000")
        )
        let encoder = EventEncoder(envelope)
        let topic = namespace.records(.support, stream)
        let partition = Partitioner.partition(of: connection.tenant, partitions: transport.partitions)
        let messages = records.map { record in
            var value: [UInt8] = []
            encoder.append(subject: "\(record.id)", sequence: record.sequence, to: &value) { buffer in
                buffer += "{\"id\":\(record.id)\(record.fields.isEmpty ? "" : ",")\(record.fields)}".utf8
            }
            let key = MessageKey.record(connection.key, "\(record.id)")
            return Message(topic: topic, partition: partition, key: key, value: value[...])
        }
        let producer = try await transport.producer(.idempotent)
        try await producer.publish(messages)
        await producer.close()
    }

    /// Loads until everything published is loaded or set aside; a wait for a destination is over as soon as it begins.
    func run(
        into destination: @escaping @Sendable (ConnectionDefinition) -> any Destination,
        _ settings: BatchSettings = BatchSettings(),
        onProgress: @escaping @Sendable (LoaderProgress) -> Void = { _ in }
    ) async throws -> LoaderSummary {
        let clock = clock
        let service = LoaderService(
            transport: transport,
            namespace: namespace,
            destination: destination,
            settings: settings,
            streams: Self.streams,
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            observer: { progress in
                if case .setAside = progress { clock.advance(by: .seconds(61)) }
                onProgress(progress)
            }
        )
        return try await service.run(until: .idle(when: { true }))
    }

    func run(
        into destination: any Destination,
        _ settings: BatchSettings = BatchSettings()
    ) async throws -> LoaderSummary {
        try await run(into: { _ in destination }, settings)
    }

    /// The loading reports of the topic.
    func reports() async throws -> [LoadingReport] {
        let reader = try await transport.reader(of: namespace.loadingReports, partitions: nil, from: [:])
        var reports: [LoadingReport] = []
        while let deliveries = try await reader.next(atMost: 100) {
            reports += try deliveries.map { try JSONDecoder().decode(LoadingReport.self, from: Data($0.value ?? [])) }
        }
        await reader.close()
        return reports
    }
}

extension DestinationFixture {
    /// A connection that loads into the fixture's schema.
    func connection(tenant: String = "acme", _ id: String = "support") throws -> ConnectionDefinition {
        ConnectionDefinition(
            tenant: try #require(TenantID(rawValue: tenant)),
            id: try #require(ConnectionID(rawValue: id)),
            name: "\(schema)",
            schema: schema,
            source: .support,
            subdomain: try #require(SitePrefix(rawValue: "acme")),
            auth: .oauthToken(token: try #require(SecretReference(parsing: "env:TOKEN"))),
            startDate: Timestamp(seconds: 0)
        )
    }
}

/// Runs with two new schemas in the same place, which are removed afterwards.
func withTwoFixtures(
    _ kind: DestinationKind,
    _ body: (DestinationFixture, DestinationFixture) async throws -> Void
) async throws {
    try await withFixture(kind) { first in
        let second = try DestinationFixture(kind, url: first.url)
        do {
            try await body(first, second)
        } catch {
            try? second.remove()
            throw error
        }
        try second.remove()
    }
}
