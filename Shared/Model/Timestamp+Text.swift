/// The calendar of ISO 8601 in UTC.
/// Source: https://howardhinnant.github.io/date_algorithms.html
extension Timestamp {
    /// How many digits of a second are written.
    package enum Precision: Sendable {
        case seconds
        case milliseconds
        case microseconds
    }

    /// RFC 3339 in UTC: `2026-11-20T10:00:00.123Z`.
    package func formatted(_ precision: Precision = .milliseconds) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(27)
        append(to: &bytes, precision)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what ``formatted(_:)`` returns, as ASCII.
    package func append(to bytes: inout [UInt8], _ precision: Precision) {
        let days = microseconds.flooredDivision(by: 86_400_000_000)
        let ofDay = microseconds - days * 86_400_000_000
        let (year, month, day) = Self.civil(fromDays: days)
        bytes.append(digits: year, width: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(digits: month, width: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(digits: day, width: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.append(digits: ofDay / 3_600_000_000, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(digits: ofDay / 60_000_000 % 60, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(digits: ofDay / 1_000_000 % 60, width: 2)
        switch precision {
        case .seconds: break
        case .milliseconds:
            bytes.append(UInt8(ascii: "."))
            bytes.append(digits: ofDay / 1000 % 1000, width: 3)
        case .microseconds:
            bytes.append(UInt8(ascii: "."))
            bytes.append(digits: ofDay % 1_000_000, width: 6)
        }
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
    package static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.flooredDivision(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The date of a day counted from 1970-01-01; the inverse of ``days(year:month:day:)``.
    package static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

extension [UInt8] {
    /// Appends `value`, 0 or more, as decimal digits, with zeros before it up to `width`.
    fileprivate mutating func append(digits value: Int64, width: Int) {
        var divisor: Int64 = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }
}
