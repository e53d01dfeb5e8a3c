import JSONScan
import Loader
import Messaging
import Model
import Testing

/// What the loader's tests work on: a namespace, connections, events of streams.
struct Scene {
    let namespace: Namespace
    let key: ConnectionKey
    let definition: ConnectionDefinition

    init(tenant: String = "acme", connection: String = "support", schema: String = "zendesk") throws {
        namespace = try #require(Namespace(rawValue: "deskpipe"))
        key = ConnectionKey(
            tenant: try #require(TenantID(rawValue: tenant)),
            connection: try #require(ConnectionID(rawValue: connection))
        )
        definition = ConnectionDefinition(
            tenant: key.tenant,
            id: key.connection,
            name: schema,
            schema: try #require(SchemaName(rawValue: schema)),
            source: .support,
            subdomain: try #require(SitePrefix(rawValue: "acme")),
            auth: .oauthToken(token: try #require(SecretReference(parsing: "env:TOKEN"))),
            startDate: Timestamp(seconds: 0)
        )
    }

    static let extractedAt = Timestamp(seconds: 1_795_168_000)
    static let receivedAt = Timestamp(seconds: 1_795_168_060)

    func envelope(
        _ type: EventType = .upsert,
        _ stream: StreamName,
        subject: String? = nil,
        sequence: Int64,
        tableVersion: Int64? = nil
    ) -> EventEnvelope {
        EventEnvelope(
            type: type,
            connection: key,
            stream: stream,
            subject: subject,
            time: Self.extractedAt,
            sequence: sequence,
            tableVersion: tableVersion,
            run: RunID(rawValue: "01JD0000000000000000000000")
        )
    }

    func record(_ json: String, of stream: StreamName, sequence: Int64 = 1) -> RecordEvent {
        let data = Array(json.utf8)
        var outline = JSONOutline()
        _ = try? JSON.validate(data.span, outline: &outline)  // what is no JSON has no elements
        return RecordEvent(
            envelope: envelope(.upsert, stream, subject: "s\(sequence)", sequence: sequence),
            data: data[...],
            elements: outline.elements
        )
    }

    func event(_ content: BatchEvent.Content, of stream: StreamName, offset: Int64) -> BatchEvent {
        BatchEvent(stream: stream, delivery: delivery(stream, offset: offset, value: "{}"), content: content)
    }

    func upsert(_ json: String, of stream: StreamName, sequence: Int64, offset: Int64) -> BatchEvent {
        let value = Array(json.utf8)[...]
        var event = event(.upsert(record(json, of: stream, sequence: sequence)), of: stream, offset: offset)
        event.bytes = value.count
        return event
    }

    func delivery(
        _ stream: StreamName,
        offset: Int64 = 0,
        key: String? = nil,
        value: String,
        topic: String? = nil
    ) -> Delivery {
        Delivery(
            topic: topic ?? namespace.records(.support, stream),
            partition: 3,
            offset: offset,
            timestamp: Self.receivedAt,
            key: Array((key ?? MessageKey.record(self.key, "1")).utf8)[...],
            value: Array(value.utf8)[...]
        )
    }

    /// An event as it is on the wire.
    func wire(
        _ type: EventType = .upsert,
        _ stream: StreamName,
        subject: String? = nil,
        sequence: Int64,
        tableVersion: Int64? = nil,
        data: String
    ) -> [UInt8] {
        var buffer: [UInt8] = []
        EventEncoder(envelope(type, stream, sequence: sequence, tableVersion: tableVersion))
            .append(subject: subject, sequence: sequence, to: &buffer) { $0 += data.utf8 }
        return buffer
    }
}

/// Tickets as small as tests need them.
let ticketSchema = StreamSchema(
    stream: "tickets",
    key: ["id"],
    replication: .incremental,
    replicationKey: "updated_at",
    columns: [
        ColumnDefinition(path: "id", type: .integer),
        ColumnDefinition(path: "subject", type: .string),
        ColumnDefinition(path: "updated_at", type: .dateTime),
        ColumnDefinition(path: "score", type: .number),
        ColumnDefinition(path: "open", type: .boolean),
        ColumnDefinition(path: "via.channel", type: .string),
        ColumnDefinition(path: "rating", type: .string),
        ColumnDefinition(path: "rating.score", type: .string),
        ColumnDefinition(path: "anything", type: .untyped),
        ColumnDefinition(path: "tags[]", type: .string),
        ColumnDefinition(path: "follower_ids[]", type: .integer),
        ColumnDefinition(path: "custom_fields[].id", type: .integer),
        ColumnDefinition(path: "custom_fields[].value", type: .untyped),
        ColumnDefinition(path: "events[].attachments[].size", type: .integer),
    ]
)
