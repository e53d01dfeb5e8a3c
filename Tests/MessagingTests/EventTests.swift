import Foundation
import Messaging
import Model
import Testing

@Suite("Events")
struct EventTests {
    private struct Ticket: Codable, Hashable {
        var id: Int
        var subject: String
    }

    @Test("what the fast encoder writes, JSONDecoder reads as the contract's type", arguments: EventType.allCases)
    func encoded(type: EventType) throws {
        let envelope = try Self.envelope(type)
        let ticket = Ticket(id: 1, subject: "Grüße \"quoted\" \u{1F600}\n")
        let bytes = try Self.encode(envelope, ticket)
        let event = try JSONDecoder().decode(Event<Ticket>.self, from: Data(bytes))
        #expect(event.envelope == envelope)
        #expect(event.data == ticket)
    }

    @Test("what JSONEncoder writes, the fast decoder reads", arguments: EventType.allCases)
    func decoded(type: EventType) throws {
        let envelope = try Self.envelope(type)
        let ticket = Ticket(id: 2, subject: "\\ \u{0} /")
        let bytes = Array(try JSONEncoder().encode(Event(envelope: envelope, data: ticket)))
        let event = try RecordEvent(decoding: bytes[...])
        #expect(event.envelope == envelope)
        #expect(try JSONDecoder().decode(Ticket.self, from: Data(event.data)) == ticket)
    }

    @Test("is the documented CloudEvent")
    func documented() throws {
        let envelope = try Self.envelope(.upsert)
        let bytes = try Self.encode(envelope, Ticket(id: 1, subject: "s"))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(object["specversion"] as? String == "1.0")
        #expect(object["id"] as? String == "acme/support/tickets/1763632800123456789")
        #expect(object["source"] as? String == "deskpipe/acme/support")
        #expect(object["type"] as? String == "deskpipe.record.upsert.v1")
        #expect(object["subject"] as? String == "35436")
        #expect(object["time"] as? String == "2026-11-20T10:00:00.123Z")
        #expect(object["datacontenttype"] as? String == "application/json")
        #expect(object["sequence"] as? String == "1763632800123456789")
        #expect(object["tableversion"] as? String == "1763632800000")
        #expect(object["run"] as? String == "01JD")
        #expect(Set(object.keys).count == 14)
    }

    @Test("the data keeps every byte and shares the message's storage")
    func verbatim() throws {
        let raw = #"{"id": 9007199254740993, "a" : [1.0,1e400, "é\u0000" ] }"#
        var buffer: [UInt8] = []
        EventEncoder(try Self.envelope(.upsert)).append(subject: "1", sequence: 1, to: &buffer) { $0 += raw.utf8 }
        let event = try RecordEvent(decoding: buffer[...])
        #expect(String(decoding: event.data, as: UTF8.self) == raw)
        #expect(event.data.startIndex > 0)
    }

    @Test(
        "an attribute that is missing or malformed is named",
        arguments: [
            (#""sequence":"1763632800123456789""#, #""sequence":17"#, "sequence"),
            (#""sequence":"1763632800123456789""#, #""sequence":"-5""#, "sequence"),
            (#""tenant":"acme""#, #""tenant":"A/B""#, "tenant"),
            (#""connection":"support""#, #""connection":null"#, "connection"),
            (#""time":"2026-11-20T10:00:00.123Z""#, #""time":"soon""#, "time"),
            (#""specversion":"1.0""#, #""specversion":"0.3""#, "specversion"),
            (#""type":"deskpipe.record.upsert.v1""#, #""type":"com.example""#, "type"),
            (#""subject":"35436""#, #""subjekt":"35436""#, "subject"),
            (#""data":"#, #""daten":"#, "data"),
        ]
    )
    func malformed(part: String, replacement: String, name: String) throws {
        let text = String(
            decoding: try Self.encode(try Self.envelope(.upsert), Ticket(id: 1, subject: "s")),
            as: UTF8.self
        )
        let changed = Array(text.replacingOccurrences(of: part, with: replacement).utf8)
        #expect(throws: EventError.attribute(name)) { try RecordEvent(decoding: changed[...]) }
    }

    @Test("a newer event type is not taken for a bad record")
    func newer() throws {
        let text = String(
            decoding: try Self.encode(try Self.envelope(.upsert), Ticket(id: 1, subject: "s")),
            as: UTF8.self
        )
        let changed = Array(text.replacingOccurrences(of: "upsert.v1", with: "upsert.v2").utf8)
        #expect(throws: EventError.unknownType("deskpipe.record.upsert.v2")) { try RecordEvent(decoding: changed[...]) }
    }

    @Test("bytes that are no JSON are refused, never a crash")
    func hostile() {
        for text in ["", "{", "[]", "null", "{\"specversion\":\"1.0\"}", String(repeating: "[", count: 100_000)] {
            let bytes = Array(text.utf8)
            #expect(throws: EventError.self) { try RecordEvent(decoding: bytes[...]) }
        }
    }

    private static func envelope(_ type: EventType) throws -> EventEnvelope {
        let isRecord = type == .upsert || type == .rejected
        return EventEnvelope(
            type: type,
            connection: ConnectionKey(
                tenant: try #require(TenantID(rawValue: "acme")),
                connection: try #require(ConnectionID(rawValue: "support"))
            ),
            stream: "tickets",
            subject: isRecord ? "35436" : nil,
            time: try #require(Timestamp(parsing: "2026-11-20T10:00:00.123Z")),
            sequence: 1_763_632_800_123_456_789,
            tableVersion: 1_763_632_800_000,
            run: RunID(rawValue: "01JD")
        )
    }

    private static func encode(_ envelope: EventEnvelope, _ ticket: Ticket) throws -> [UInt8] {
        let data = try JSONEncoder().encode(ticket)
        var buffer: [UInt8] = []
        EventEncoder(envelope).append(subject: envelope.subject, sequence: envelope.sequence, to: &buffer) {
            $0 += data
        }
        return buffer
    }
}
