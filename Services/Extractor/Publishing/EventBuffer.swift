import Foundation
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
    private var bytes: [UInt8] = []
    private var drafts: [Draft] = []
    private var topic = ""
    private var envelope: EventEnvelope
    private var records: EventEncoder

    init(_ connection: ConnectionKey, partition: Int32, run: RunID, time: Timestamp) {
        self.connection = connection
        self.partition = partition
        self.run = run
        self.time = time
        envelope = EventEnvelope(
            type: .upsert,
            connection: connection,
            stream: "",
            subject: nil,
            time: time,
            sequence: 0,
            tableVersion: nil,
            run: run
        )
        records = EventEncoder(envelope)
    }

    mutating func reserve(_ pageBytes: Int, records: Int) {
        bytes.reserveCapacity(pageBytes + records * Self.envelopeBytes)
        drafts.reserveCapacity(records + 4)
    }

    /// The events after this are of this stream.
    mutating func begin(_ stream: StreamName, topic: String, tableVersion: Int64?) {
        self.topic = topic
        envelope.stream = stream
        envelope.tableVersion = tableVersion
        envelope.type = .upsert
        records = EventEncoder(envelope)
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
        let data = (try? JSONEncoder().encode(rejected)) ?? Data("{}".utf8)
        append(.rejected, subject: record.key, sequence: sequence, data: Array(data))
    }

    /// Appends an event of the stream as a whole.
    mutating func append(_ type: EventType, subject: String? = nil, sequence: Int64, data: [UInt8]) {
        var envelope = envelope
        envelope.type = type
        let start = bytes.count
        EventEncoder(envelope).append(subject: subject, sequence: sequence, to: &bytes) { $0 += data }
        finish(subject ?? EventEnvelope.digits(sequence), from: start)
    }

    /// The events as messages, in their order.
    var messages: [Message] {
        drafts.map { draft in
            Message(topic: draft.topic, partition: partition, key: draft.key, value: bytes[draft.range])
        }
    }

    private mutating func finish(_ key: String, from start: Int) {
        drafts.append(Draft(topic: topic, key: MessageKey.record(connection, key), range: start..<bytes.count))
    }
}
