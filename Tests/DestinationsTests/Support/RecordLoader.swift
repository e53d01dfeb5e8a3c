import Loader
import Messaging
import Model
import Testing

/// Loads records as the loader does: events, planned with what the schema holds, in one transaction a batch.
struct RecordLoader {
    let schema: any DestinationSchema
    var builder: BatchBuilder
    let stream: StreamSchema
    private var offset: Int64 = 0

    /// A record, and the sequence of its event.
    struct Record {
        var json: String
        var sequence: Int64
    }

    /// Tickets as small as tests need them.
    static let tickets = StreamSchema(
        stream: "tickets",
        key: ["id"],
        replication: .incremental,
        replicationKey: nil,
        columns: [
            ColumnDefinition(path: "id", type: .integer),
            ColumnDefinition(path: "text", type: .string),
            ColumnDefinition(path: "count", type: .integer),
            ColumnDefinition(path: "amount", type: .number),
            ColumnDefinition(path: "open", type: .boolean),
            ColumnDefinition(path: "at", type: .dateTime),
            ColumnDefinition(path: "any", type: .untyped),
            ColumnDefinition(path: "tags[]", type: .string),
        ]
    )

    /// - Parameter knowsStream: false for a stream that only a schema event declares.
    init(_ schema: any DestinationSchema, _ stream: StreamSchema = tickets, knowsStream: Bool = true) async throws {
        self.schema = schema
        self.stream = stream
        builder = BatchBuilder(
            catalogue: knowsStream ? [stream.stream: stream] : [:],
            catalog: try await schema.catalog(),
            filter: PositionFilter()
        )
    }

    /// Loads one batch.
    @discardableResult
    mutating func load(_ records: [Record]) async throws -> [LoadingReport] {
        try await load(events: records.map { .upsert(RecordEvent(envelope: envelope($0.sequence), data: $0.bytes)) })
    }

    /// Loads records with sequences from 1 on.
    @discardableResult
    mutating func load(_ records: String..., from sequence: Int64 = 1) async throws -> [LoadingReport] {
        try await load(records.enumerated().map { Record(json: $1, sequence: sequence + Int64($0)) })
    }

    @discardableResult
    mutating func declare(_ declared: StreamSchema, sequence: Int64) async throws -> [LoadingReport] {
        try await load(events: [.schema(declared, envelope(sequence, .schema))])
    }

    private mutating func load(events contents: [BatchEvent.Content]) async throws -> [LoadingReport] {
        let events = contents.map { content in
            offset += 1
            let delivery = Delivery(
                topic: "records",
                partition: 0,
                offset: offset,
                timestamp: Timestamp(seconds: 1_795_168_060),
                key: nil,
                value: nil
            )
            return BatchEvent(stream: stream.stream, delivery: delivery, content: content)
        }
        var plan = builder.plan(events, at: Timestamp(seconds: 1_795_168_100))
        plan.load.positions = []
        let now = Timestamp(seconds: 1_795_168_200)
        let planned = plan
        let outcome = try await schema.load(plan.load) { _ in Conclusion(reports: [], outbox: []) }
        builder.catalog = plan.catalog
        builder.declarations = plan.declarations
        let definition = try Self.definition()
        let namespace = try #require(Namespace(rawValue: "deskpipe"))
        return try planned.conclusion(outcome, of: definition, namespace: namespace, startedAt: now, completedAt: now)
            .reports
    }

    private func envelope(_ sequence: Int64, _ type: EventType = .upsert) -> EventEnvelope {
        EventEnvelope(
            type: type,
            connection: DestinationFixture.owner.connection,
            stream: stream.stream,
            subject: "s\(sequence)",
            time: Timestamp(seconds: 1_795_168_000),
            sequence: sequence,
            tableVersion: nil,
            run: RunID(rawValue: "01JD0000000000000000000000")
        )
    }

    private static func definition() throws -> ConnectionDefinition {
        ConnectionDefinition(
            tenant: DestinationFixture.owner.connection.tenant,
            id: DestinationFixture.owner.connection.connection,
            name: "zendesk",
            schema: try #require(SchemaName(rawValue: "zendesk")),
            source: .support,
            subdomain: try #require(SitePrefix(rawValue: "acme")),
            auth: .oauthToken(token: try #require(SecretReference(parsing: "env:TOKEN"))),
            startDate: Timestamp(seconds: 0)
        )
    }
}

extension RecordLoader.Record {
    fileprivate var bytes: Bytes { Array(json.utf8)[...] }
}
