import Catalog
import Extractor
import Foundation
import Loader
import Messaging
import Model
import Testing

/// Loads the batches of an example as the loader does, with their reports.
struct TablesPageLoader {
    private let schema: any DestinationSchema
    private var builder: BatchBuilder
    private var offset: Int64 = 0
    private var nextSequence: Int64 = 1

    private static let extractedAt = Timestamp(seconds: 1_795_168_800)
    private static let receivedAt = Timestamp(seconds: 1_795_168_801)

    init(_ schema: any DestinationSchema) async throws {
        self.schema = schema
        // A name of both sources is Support's.
        let streams = Dictionary(Catalog.streams.map { ($0.name, $0.schema) }, uniquingKeysWith: { first, _ in first })
        builder = BatchBuilder(catalogue: streams, catalog: try await schema.catalog(), filter: PositionFilter())
    }

    /// The table as the last load left it.
    func table(_ name: String) -> Table? { builder.catalog.tables[name] }

    mutating func load(_ batch: TablesPage.Batch) async throws {
        if batch.areFields { return try await declare(batch) }
        var batch = batch
        if !batch.excluded.isEmpty { try Self.cut(&batch) }
        let first = batch.sequence ?? nextSequence
        var contents = batch.records.enumerated().map { place, record in
            let envelope = envelope(.upsert, batch, first + Int64(place), subject: subject(of: record, batch.stream))
            return BatchEvent.Content.upsert(RecordEvent(envelope: envelope, data: Array(record.utf8)[...]))
        }
        nextSequence = max(nextSequence, first + Int64(contents.count))
        if batch.isComplete, let read = batch.read {
            let version = StreamVersion(stream: batch.stream, tableVersion: read)
            // It takes no sequence here, so that the page's records are numbered without gaps.
            contents.append(.version(version, envelope(.version, batch, nextSequence)))
        }
        for _ in 0..<(batch.isTwice ? 2 : 1) { try await load(contents, of: batch.stream) }
    }

    /// Declares all columns of a stream, as its schema event does.
    mutating func declare(_ stream: StreamName) async throws {
        try await declare(TablesPage.Batch(stream: stream))
    }

    private mutating func declare(_ batch: TablesPage.Batch) async throws {
        struct Definition: Decodable {
            var key: String
            var type: String
        }
        var declared = try #require(builder.catalogue[batch.stream])
        for record in batch.records {
            let definition = try JSONDecoder().decode(Definition.self, from: Data(record.utf8))
            let object = try #require(CustomFields(of: batch.stream)).definitions
            let type = CustomFields.columnType(definition.type)
            declared.columns.append(ColumnDefinition(path: "\(object).\(definition.key)", type: type))
        }
        try await load([.schema(declared, envelope(.schema, batch, nextSequence))], of: batch.stream)
    }

    private mutating func load(_ contents: [BatchEvent.Content], of stream: StreamName) async throws {
        let events = contents.map { content in
            offset += 1
            let delivery = Delivery(
                topic: "records",
                partition: 0,
                offset: offset,
                timestamp: Self.receivedAt,
                key: nil,
                value: nil
            )
            return BatchEvent(stream: stream, delivery: delivery, content: content)
        }
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        var plan = builder.plan(events, at: now)
        plan.load.positions = []
        let planned = plan
        let definition = try Self.definition()
        let namespace = try #require(Namespace(rawValue: "deskpipe"))
        _ = try await schema.load(plan.load) { outcome in
            try planned.conclusion(outcome, of: definition, namespace: namespace, startedAt: now, completedAt: now)
        }
        builder.catalog = plan.catalog
        builder.declarations = plan.declarations
    }

    /// Takes the records through the page decoder, as extraction does.
    private static func cut(_ batch: inout TablesPage.Batch) throws {
        let definition = try #require(Catalog.streams.first { $0.name == batch.stream })
        let decoder = PageDecoder(
            .list("records"),
            layout: RecordLayout(definition, excluded: batch.excluded, derived: [])
        )
        let page = try decoder.decode(Array("{\"records\":[\(batch.records.joined(separator: ","))]}".utf8))
        let stream = try #require(page.streams.first)
        batch.records = stream.records.map { record in
            var bytes: [UInt8] = []
            page.append(record, of: stream, to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    private func envelope(
        _ type: EventType,
        _ batch: TablesPage.Batch,
        _ sequence: Int64,
        subject: String? = nil
    ) -> EventEnvelope {
        EventEnvelope(
            type: type,
            connection: DestinationFixture.owner.connection,
            stream: batch.stream,
            subject: subject,
            time: Self.extractedAt,
            sequence: sequence,
            tableVersion: type == .upsert ? batch.read : nil,
            run: RunID(rawValue: "01JD0000000000000000000000")
        )
    }

    /// The record's key as events name it; nil where it cannot be read.
    private func subject(of record: String, _ stream: StreamName) -> String? {
        let members = (try? JSONSerialization.jsonObject(with: Data(record.utf8))) as? [String: Any]
        let key = builder.catalogue[stream]?.key.compactMap { members?[$0].map { "\($0)" } } ?? []
        return key.isEmpty ? nil : MessageKey.recordKey(key)
    }

    private static func definition() throws -> ConnectionDefinition {
        let owner = DestinationFixture.owner.connection
        return ConnectionDefinition(
            tenant: owner.tenant,
            id: owner.connection,
            name: "zendesk",
            schema: try #require(SchemaName(rawValue: "zendesk")),
            source: .support,
            subdomain: try #require(SitePrefix(rawValue: "acme")),
            auth: .oauthToken(token: try #require(SecretReference(parsing: "env:TOKEN"))),
            startDate: Timestamp(seconds: 0)
        )
    }
}
