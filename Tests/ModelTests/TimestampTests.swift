import Foundation
import Model
import Testing

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "reads what Zendesk writes",
        arguments: [
            ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00.000000Z"),
            ("2026-11-20T10:00:00.123Z", "2026-11-20T10:00:00.123000Z"),
            ("2020-12-14T04:08:32.301292Z", "2020-12-14T04:08:32.301292Z"),
            ("2020-12-14T04:08:32.3012929Z", "2020-12-14T04:08:32.301292Z"),
            ("2017-04-24T12:45:32+00:00Z", "2017-04-24T12:45:32.000000Z"),
            ("2026-11-20T10:00:00+02:00", "2026-11-20T08:00:00.000000Z"),
            ("2026-11-20T10:00:00-0330", "2026-11-20T13:30:00.000000Z"),
            ("2026-11-20T10:00:00+05", "2026-11-20T05:00:00.000000Z"),
            ("2026-11-20 10:00:00", "2026-11-20T10:00:00.000000Z"),
            ("2026-11-20", "2026-11-20T00:00:00.000000Z"),
            ("2024-02-29", "2024-02-29T00:00:00.000000Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
            ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ]
    )
    func parsing(text: String, expected: String) {
        #expect(Timestamp(parsing: text)?.formatted(.microseconds) == expected)
    }

    @Test(
        "refuses what is no date",
        arguments: [
            "", "2026", "2026-11", "2026-13-01", "2026-02-29", "2026-11-31", "0000-01-01", "2026-11-20T",
            "2026-11-20T24:00:00Z",
            "2026-11-20T10:60:00Z", "2026-11-20T10:00:00.Z", "2026-11-20T10:00:00Zx", "2026-11-20T10:00:00+25:00",
            "0001-01-01T00:00:00+01:00", "12026-11-20", "20261120", "２０２６-11-20", "1763632800", "next tuesday",
        ]
    )
    func refusing(text: String) {
        #expect(Timestamp(parsing: text) == nil)
    }

    @Test("what it writes it reads, over ten thousand years")
    func roundTrip() {
        var random = SystemRandomNumberGenerator()
        let last = Timestamp(parsing: "9999-12-31T23:59:59.999999Z")?.microseconds ?? 0
        let first = Timestamp(parsing: "0001-01-01")?.microseconds ?? 0
        for _ in 0..<5000 {
            let time = Timestamp(microseconds: .random(in: first...last, using: &random))
            #expect(Timestamp(parsing: time.formatted(.microseconds)) == time)
        }
    }

    @Test("agrees with Foundation on the calendar since the Gregorian reform")
    func foundation() throws {
        for seconds in stride(from: Int64(-12_212_553_600), to: 250_000_000_000, by: 1_234_567_891) {
            let date = Date(timeIntervalSince1970: Double(seconds))
            let expected = try Date.ISO8601FormatStyle().parse(Timestamp(seconds: seconds).formatted(.seconds))
            #expect(expected == date)
        }
    }

    @Test("takes any number for a time", arguments: [Int64.max, .min, 253_402_300_800, -62_135_596_801])
    func clamped(number: Int64) {
        let edge = number > 0 ? "9999-12-31T23:59:59.000000Z" : "0001-01-01T00:00:00.000000Z"
        #expect(Timestamp(seconds: number).formatted(.microseconds) == edge)
        guard number == .max || number == .min else { return }
        #expect(Timestamp(milliseconds: number).formatted().prefix(19) == edge.prefix(19))
    }

    @Test("travels as RFC 3339 with milliseconds")
    func codable() throws {
        let data = try JSONEncoder().encode([Timestamp(milliseconds: 1_763_632_800_123)])
        #expect(String(decoding: data, as: UTF8.self) == #"["2025-11-20T10:00:00.123Z"]"#)
        #expect(try JSONDecoder().decode([Timestamp].self, from: data) == [Timestamp(milliseconds: 1_763_632_800_123)])
    }
}
