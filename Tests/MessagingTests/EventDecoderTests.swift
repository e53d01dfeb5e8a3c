import Messaging
import Model
import Testing

@Suite("EventDecoder")
struct EventDecoderTests {
    @Test("what it remembers of an event never shows in another one")
    func alternating() throws {
        var decoder = EventDecoder()
        var values: [[UInt8]] = []
        for (stream, tenant, run, version) in [
            ("tickets", "acme", "01A", nil), ("tickets", "acme", "01A", 7), ("users", "acme", "01A", nil),
            ("users", "acme2", "01A", nil), ("users", "acme2", "01B", nil), ("tickets", "acme", "01A", nil),
        ] as [(StreamName, String, String, Int64?)] {
            let tenant = try #require(TenantID(rawValue: tenant))
            let connection = try #require(ConnectionID(rawValue: "support"))
            let envelope = EventEnvelope(
                type: .upsert,
                connection: ConnectionKey(tenant: tenant, connection: connection),
                stream: stream,
                subject: "1",
                time: Timestamp(seconds: 1_700_000_000 + Int64(values.count / 2)),
                sequence: Int64(values.count),
                tableVersion: version,
                run: RunID(rawValue: run)
            )
            var bytes: [UInt8] = []
            EventEncoder(envelope).append(subject: "1", sequence: Int64(values.count), to: &bytes) { $0 += "{}".utf8 }
            values.append(bytes)
            let event = try decoder.decode(bytes[...])
            #expect(event.envelope == envelope)
        }
        for value in values.reversed() {
            let remembered = try decoder.decode(value[...]).envelope
            let fresh = try RecordEvent(decoding: value[...]).envelope
            #expect(remembered == fresh)
        }
    }

    @Test("attributes may come in any order, and one that is malformed does not spoil the next event")
    func anyOrder() throws {
        let good = """
            {"data":{"id":1},"run":"01A","sequence":"0000000000000000012","stream":"tickets","connection":"support",\
            "tenant":"acme","time":"2026-11-20T10:00:00.123Z","type":"deskpipe.record.upsert.v1","subject":"1",\
            "specversion":"1.0"}
            """
        let bad = good.replacing("acme", with: "AC/ME")
        var decoder = EventDecoder()
        let event = try decoder.decode(Array(good.utf8)[...])
        #expect(event.envelope.sequence == 12)
        #expect(String(decoding: event.data, as: UTF8.self) == #"{"id":1}"#)
        #expect(throws: EventError.attribute("tenant")) { try decoder.decode(Array(bad.utf8)[...]) }
        let again = try decoder.decode(Array(good.utf8)[...])
        #expect(again.envelope == event.envelope)
    }
}
