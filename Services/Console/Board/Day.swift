package import Model

/// A day in UTC; `2026-11-20` on the wire.
package struct Day: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// Days since 1970-01-01.
    package var number: Int64

    package init(number: Int64) {
        self.number = number
    }

    /// The day that a time is in.
    package init(of time: Timestamp) {
        let seconds = time.seconds
        number = seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0)
    }

    /// `2026-11-20`; nil for anything else.
    package init?(_ text: String) {
        guard text.utf8.count == 10, let time = Timestamp(parsing: text + "T00:00:00Z") else { return nil }
        self.init(of: time)
    }

    package var start: Timestamp { Timestamp(seconds: number * 86_400) }
    package var description: String { String(start.formatted(.seconds).prefix(10)) }

    package static func < (left: Day, right: Day) -> Bool { left.number < right.number }
    package static func + (day: Day, count: Int64) -> Day { Day(number: day.number + count) }
    package static func - (day: Day, count: Int64) -> Day { Day(number: day.number - count) }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let day = Day(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a day, such as 2026-11-20")
        }
        self = day
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
