/// A point in time, in microseconds since 1970-01-01T00:00:00Z. Covers the years 0001 to 9999.
///
/// On the wire it is RFC 3339 in UTC with milliseconds: `2026-11-20T10:00:00.123Z`.
package struct Timestamp: Hashable, Sendable, Comparable {
    package var microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// A time before the year 1 or after 9999 becomes the first or last of them: numbers that come from data may be any.
    package init(milliseconds: Int64) {
        self.microseconds = min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999) * 1000
    }

    /// As ``init(milliseconds:)``.
    package init(seconds: Int64) {
        self.microseconds = min(max(seconds, -62_135_596_800), 253_402_300_799) * 1_000_000
    }

    /// Whole milliseconds since 1970, rounded down.
    package var milliseconds: Int64 { microseconds.flooredDivision(by: 1000) }

    /// Whole seconds since 1970, rounded down.
    package var seconds: Int64 { microseconds.flooredDivision(by: 1_000_000) }

    /// Nanoseconds since 1970; the scale of `_sdc_sequence`.
    package var nanoseconds: Int64 { microseconds * 1000 }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    package static func + (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(microseconds: time.microseconds + duration.wholeMicroseconds)
    }

    package static func - (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(microseconds: time.microseconds - duration.wholeMicroseconds)
    }

    package static func - (left: Timestamp, right: Timestamp) -> Duration {
        .microseconds(left.microseconds - right.microseconds)
    }
}

extension Duration {
    /// Whole microseconds, rounded towards zero.
    package var wholeMicroseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }

    /// Whole milliseconds, rounded towards zero.
    package var wholeMilliseconds: Int64 { wholeMicroseconds / 1000 }

    /// Seconds with their fraction, for reports and messages.
    package var fractionalSeconds: Double { Double(wholeMicroseconds) / 1_000_000 }
}

extension Int64 {
    func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let time = Timestamp(parsing: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 date-time")
        }
        self = time
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(formatted())
    }
}
