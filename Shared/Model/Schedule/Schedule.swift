/// When a connection, or a stream of it, is read. All times are UTC.
package struct Schedule: Hashable, Sendable, Codable {
    /// The time between two starts; without ``anchor`` they are counted from the previous scheduled start. Not used
    /// where there is a ``cron``.
    package var everySeconds: Int64
    /// The time of day that starts fall on, with ``everySeconds`` before and after it.
    package var anchor: TimeOfDay?
    /// A Quartz expression, as ``CronExpression`` reads it; it takes the place of the others.
    package var cron: String?

    /// Half an hour.
    package static let usualSeconds: Int64 = 1800

    package init(everySeconds: Int64 = Schedule.usualSeconds, anchor: TimeOfDay? = nil, cron: String? = nil) {
        self.everySeconds = everySeconds
        self.anchor = anchor
        self.cron = cron
    }

    enum CodingKeys: String, CodingKey {
        case anchor, cron
        case everySeconds = "every_seconds"
    }
}

/// A time of day in UTC, to the minute; `02:00` on the wire.
package struct TimeOfDay: Hashable, Sendable, RawRepresentable, Codable, CustomStringConvertible {
    /// Since midnight, below 1440.
    package let minutes: Int64

    package init?(rawValue: String) {
        let parts = rawValue.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(isDigit) }),
            let hour = Int64(parts[0]), let minute = Int64(parts[1]), hour < 24, minute < 60
        else { return nil }
        minutes = hour * 60 + minute
    }

    package var rawValue: String {
        [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    package var description: String { rawValue }
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
