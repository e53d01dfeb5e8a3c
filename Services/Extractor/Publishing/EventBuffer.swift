import Messaging
import Model

/// Writes the events of a page's streams into one buffer, of which each message's value is a slice.
struct EventBuffer {
    /// What of a rejected record is kept.
    static let maxHeadBytes = 64 << 10
    /// About what an event has beside its data.
    private static let envelopeBytes = 512

    private struct Draft {
        let topic: String
        let key: String
        let range: Range<Int>
    }

    private let connection: ConnectionKey
    private let partition: Int32
    private let run: RunID
    private let time: Timestamp
    /// What the keys of the connection's records begin with.
    private let keyPrefix: String
    private var bytes: [UInt8] = []
    private var drafts: [Draft] = []
    private var topic = ""
    private var stream: StreamName = ""
    private var tableVersion: Int64?
    private var records: EventEncoder

    init(_ connection: ConnectionKey, partition: Int32, run: RunID, time: Timestamp) {
        self.connection = connection
        self.partition = partition
        self.run = run
        self.time = time
        keyPrefix = MessageKey.record(connection, "")
        records = EventEncoder(Self.envelope(.upsert, connection, "", tableVersion: nil, time: time, run: run))
    }

    private static func envelope(
        _ type: EventType,
        _ connection: ConnectionKey,
        _ stream: StreamName,
        tableVersion: Int64?,
        time: Timestamp,
        run: RunID
    ) -> EventEnvelope {
        EventEnvelope(
            type: type,
            connection: connection,
            stream: stream,
            subject: nil,
            time: time,
            sequence: 0,
            tableVersion: tableVersion,
            run: run
        )
    }

    /// Writes events of a type, of the stream begun last.
    private func encoder(_ type: EventType) -> EventEncoder {
        EventEncoder(Self.envelope(type, connection, stream, tableVersion: tableVersion, time: time, run: run))
    }

    mutating func reserve(_ pageBytes: Int, records: Int) {
        bytes.reserveCapacity(pageBytes + records * Self.envelopeBytes)
        drafts.reserveCapacity(records + 4)
    }

    /// The events after this are of this stream.
    mutating func begin(_ stream: StreamName, topic: String, tableVersion: Int64?) {
        self.topic = topic
        self.stream = stream
        self.tableVersion = tableVersion
        records = encoder(.upsert)
    }

    /// Appends a record's event.
    mutating func append(_ record: DecodedRecord, of stream: DecodedStream, in page: DecodedPage, sequence: Int64) {
        // A stream without a key: the event's own place names it.
        let key = record.key ?? EventEnvelope.digits(sequence)
        let start = bytes.count
        records.append(subject: key, sequence: sequence, to: &bytes) { page.append(record, of: stream, to: &$0) }
        finish(key, from: start)
    }

    /// Appends an event in the place of a record that cannot pass.
    mutating func append(
        rejected record: DecodedRecord,
        of stream: DecodedStream,
        in page: DecodedPage,
        sequence: Int64
    ) {
        var head: [UInt8] = []
        for range in stream.ranges[record.ranges] where head.count < Self.maxHeadBytes {
            head += page.bytes[range].prefix(Self.maxHeadBytes - head.count)
        }
        let rejected = RejectedRecord(
            key: record.key,
            reason: record.rejection ?? "",
            length: record.length,
            head: String(decoding: head, as: UTF8.self)
        )
        // Strings and an integer always encode.
        let data = (try? WireJSON.bytes(of: rejected)) ?? Array("{}".utf8)
        append(.rejected, subject: record.key, sequence: sequence, data: data)
    }

    /// Appends an event of the stream as a whole.
    mutating func append(_ type: EventType, subject: String? = nil, sequence: Int64, data: [UInt8]) {
        let start = bytes.count
        encoder(type).append(subject: subject, sequence: sequence, to: &bytes) { $0 += data }
        finish(subject ?? EventEnvelope.digits(sequence), from: start)
    }

    /// The events as messages, in their order.
    var messages: [Message] {
        drafts.map { draft in
            Message(topic: draft.topic, partition: partition, key: draft.key, value: bytes[draft.range])
        }
    }

    private mutating func finish(_ key: String, from start: Int) {
        drafts.append(Draft(topic: topic, key: keyPrefix + key, range: start..<bytes.count))
    }
}
