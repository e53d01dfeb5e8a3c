package import Model

/// The kinds of event on a record topic.
package enum EventType: String, Hashable, Sendable, Codable, CaseIterable {
    /// A record, as Zendesk sent it.
    case upsert = "deskpipe.record.upsert.v1"
    /// In its record's place: one that cannot pass.
    case rejected = "deskpipe.record.rejected.v1"
    /// Columns and key of the stream as this account has them.
    case schema = "deskpipe.stream.schema.v1"
    /// A full read is complete: what it did not bring is gone at the source.
    case version = "deskpipe.stream.version.v1"
}

/// The attributes of an event of a record topic: CloudEvents 1.0, structured JSON mode.
/// Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
package struct EventEnvelope: Hashable, Sendable {
    private var common: EventCommon
    /// The record's key; nil for schema and version events.
    package var subject: String?
    /// When the page was received.
    package var time: Timestamp
    package var sequence: Int64
    /// The read that brought the record, for streams that are read whole.
    package var tableVersion: Int64?

    package init(
        type: EventType,
        connection: ConnectionKey,
        stream: StreamName,
        subject: String?,
        time: Timestamp,
        sequence: Int64,
        tableVersion: Int64?,
        run: RunID
    ) {
        self.init(
            EventCommon(type: type, connection: connection, stream: stream, run: run),
            subject: subject,
            time: time,
            sequence: sequence,
            tableVersion: tableVersion
        )
    }

    init(_ common: EventCommon, subject: String?, time: Timestamp, sequence: Int64, tableVersion: Int64?) {
        self.common = common
        self.subject = subject
        self.time = time
        self.sequence = sequence
        self.tableVersion = tableVersion
    }

    package var type: EventType { common.type }
    package var connection: ConnectionKey { common.connection }
    package var stream: StreamName { common.stream }
    package var run: RunID { common.run }

    /// `acme/support/tickets/1763632800123456789`
    package var id: String { "\(connection)/\(stream.rawValue)/\(Self.digits(sequence))" }
    /// `deskpipe/acme/support`
    package var source: String { "deskpipe/\(connection)" }

    /// A sequence as it is written: 19 decimal digits.
    package static func digits(_ sequence: Int64) -> String {
        let text = String(sequence)
        return String(repeating: "0", count: max(0, 19 - text.count)) + text
    }

    enum CodingKeys: String, CodingKey {
        case specversion, id, source, type, subject, time, datacontenttype, tenant, connection, stream, sequence
        case tableversion, run, data
    }
}

/// An event with its data as a Codable value: the contract of the wire.
///
/// ``EventEncoder`` writes and ``RecordEvent`` reads the same bytes without building the data.
package struct Event<Payload: Codable & Sendable>: Codable, Sendable {
    package var envelope: EventEnvelope
    package var data: Payload

    package init(envelope: EventEnvelope, data: Payload) {
        self.envelope = envelope
        self.data = data
    }

    package init(from decoder: any Decoder) throws {
        envelope = try EventEnvelope(from: decoder)
        data = try decoder.container(keyedBy: EventEnvelope.CodingKeys.self).decode(Payload.self, forKey: .data)
    }

    package func encode(to encoder: any Encoder) throws {
        try envelope.encode(to: encoder)
        var container = encoder.container(keyedBy: EventEnvelope.CodingKeys.self)
        try container.encode(data, forKey: .data)
    }
}

extension EventEnvelope: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard try container.decode(String.self, forKey: .specversion) == "1.0" else {
            throw DecodingError.dataCorruptedError(
                forKey: .specversion,
                in: container,
                debugDescription: "not CloudEvents 1.0"
            )
        }
        self.init(
            type: try container.decode(EventType.self, forKey: .type),
            connection: ConnectionKey(
                tenant: try container.decode(TenantID.self, forKey: .tenant),
                connection: try container.decode(ConnectionID.self, forKey: .connection)
            ),
            stream: try container.decode(StreamName.self, forKey: .stream),
            subject: try container.decodeIfPresent(String.self, forKey: .subject),
            time: try container.decode(Timestamp.self, forKey: .time),
            sequence: try Self.number(.sequence, in: container),
            tableVersion: container.contains(.tableversion) ? try Self.number(.tableversion, in: container) : nil,
            run: try container.decode(RunID.self, forKey: .run)
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("1.0", forKey: .specversion)
        try container.encode(id, forKey: .id)
        try container.encode(source, forKey: .source)
        try container.encode(type, forKey: .type)
        try container.encodeIfPresent(subject, forKey: .subject)
        try container.encode(time, forKey: .time)
        try container.encode("application/json", forKey: .datacontenttype)
        try container.encode(connection.tenant, forKey: .tenant)
        try container.encode(connection.connection, forKey: .connection)
        try container.encode(stream, forKey: .stream)
        try container.encode(Self.digits(sequence), forKey: .sequence)
        try container.encodeIfPresent(tableVersion.map(String.init), forKey: .tableversion)
        try container.encode(run, forKey: .run)
    }

    private static func number(_ key: CodingKeys, in container: KeyedDecodingContainer<CodingKeys>) throws -> Int64 {
        guard let number = Int64(try container.decode(String.self, forKey: key)), number >= 0 else {
            throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: "not a number")
        }
        return number
    }
}
