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
        let start = bytes.count
        bytes.append(contentsOf: Self.blank)
        bytes.write(year, digits: 4, at: start)
        bytes.write(month, digits: 2, at: start + 5)
        bytes.write(day, digits: 2, at: start + 8)
        bytes.write(ofDay / 3_600_000_000, digits: 2, at: start + 11)
        bytes.write(ofDay / 60_000_000 % 60, digits: 2, at: start + 14)
        bytes.write(ofDay / 1_000_000 % 60, digits: 2, at: start + 17)
        switch precision {
        case .seconds: bytes.removeLast(7)
        case .milliseconds:
            bytes.write(ofDay / 1000 % 1000, digits: 3, at: start + 20)
            bytes.removeLast(3)
        case .microseconds: bytes.write(ofDay % 1_000_000, digits: 6, at: start + 20)
        }
        bytes.append(UInt8(ascii: "Z"))
    }

    /// A date and time with all digits to be written.
    private static let blank = Array("0000-00-00T00:00:00.000000".utf8)

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
    /// Puts `value`, 0 or more, as so many decimal digits in the place of others.
    fileprivate mutating func write(_ value: Int64, digits: Int, at start: Int) {
        var rest = value
        var place = start + digits
        while place > start {
            place -= 1
            self[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}
