/// A Quartz cron expression: `0 0 3 * * ?` is every day at 03:00. In UTC, where no hour is missing or twice.
///
/// seconds, minutes, hours, day-of-month, month, day-of-week and, where it is given, year. Exactly one of day-of-month
/// and day-of-week is `?`. A day that a month lacks is passed over in it.
/// Source: https://www.quartz-scheduler.org/documentation/quartz-2.3.0/tutorials/crontrigger.html
package struct CronExpression: Hashable, Sendable {
    /// Which days of a month.
    enum Days: Hashable, Sendable {
        /// Bits 1 to 31.
        case ofMonth(UInt64)
        /// `L`, `L-3`, `LW`: so many days before the last.
        case lastOfMonth(before: Int64, nearestWeekday: Bool)
        /// `15W`: Monday to Friday, in the same month.
        case weekdayNearest(to: Int64)
        /// Bits 1 (Sunday) to 7.
        case ofWeek(UInt64)
        /// `6L`: the month's last Friday.
        case lastOfWeek(Int64)
        /// `6#3`: the month's third Friday.
        case nthOfWeek(Int64, Int64)
    }

    /// Its fields as they were written, with one blank between them.
    package let text: String
    // Bits by number.
    let seconds: UInt64
    let minutes: UInt64
    let hours: UInt64
    let months: UInt64
    let days: Days
    /// Nil: all.
    let years: Set<Int64>?

    /// - Parameter text: capitals or not; fields are separated by blanks.
    package init(parsing text: String) throws(CronError) {
        let written = text.split(whereSeparator: \.isWhitespace)
        let fields = written.map { $0.uppercased() }
        guard fields.count == 6 || fields.count == 7 else { throw .fields(fields.count) }
        func parser(_ field: CronField) -> CronParser { CronParser(field, fields[field.rawValue]) }
        self.text = written.joined(separator: " ")
        seconds = parser(.seconds).bits(try parser(.seconds).values())
        minutes = parser(.minutes).bits(try parser(.minutes).values())
        hours = parser(.hours).bits(try parser(.hours).values())
        months = parser(.month).bits(try parser(.month).values())
        let isAnyDay = fields[CronField.dayOfMonth.rawValue] == "?"
        let isAnyWeekday = fields[CronField.dayOfWeek.rawValue] == "?"
        // A wrong field is told before how the two go together.
        let ofMonth = isAnyDay ? nil : try parser(.dayOfMonth).dayOfMonth()
        let ofWeek = isAnyWeekday ? nil : try parser(.dayOfWeek).dayOfWeek()
        switch (ofMonth, ofWeek) {
        case (let days?, nil), (nil, let days?): self.days = days
        case (.some, .some): throw .days(bothSet: true)
        case (nil, nil): throw .days(bothSet: false)
        }
        let isEveryYear = fields.count == 6 || fields[CronField.year.rawValue] == "*"
        years = isEveryYear ? nil : try parser(.year).values()
    }

    /// True on the days of which this speaks.
    func matches(year: Int64, month: Int64, day: Int64) -> Bool {
        guard months.holds(month), years?.contains(year) ?? true else { return false }
        let length = Self.length(ofMonth: month, year: year)
        let weekday = Self.weekday(year: year, month: month, day: day)
        switch days {
        case .ofMonth(let bits): return bits.holds(day)
        case .ofWeek(let bits): return bits.holds(weekday)
        case .lastOfWeek(let wanted): return weekday == wanted && day + 7 > length
        case .nthOfWeek(let wanted, let nth): return weekday == wanted && (day - 1) / 7 + 1 == nth
        case .weekdayNearest(let wanted):
            return wanted <= length && day == Self.weekday(nearest: wanted, month: month, year: year)
        case .lastOfMonth(let before, let isWeekday):
            let last = length - before
            guard last >= 1 else { return false }
            return day == (isWeekday ? Self.weekday(nearest: last, month: month, year: year) : last)
        }
    }

    /// The day from Monday to Friday that is nearest, in the same month.
    private static func weekday(nearest day: Int64, month: Int64, year: Int64) -> Int64 {
        switch weekday(year: year, month: month, day: day) {
        case 7: return day == 1 ? 3 : day - 1
        case 1: return day == length(ofMonth: month, year: year) ? day - 2 : day + 1
        default: return day
        }
    }

    /// 1 is Sunday.
    private static func weekday(year: Int64, month: Int64, day: Int64) -> Int64 {
        // 1970-01-01 was a Thursday.
        let days = Timestamp.days(year: year, month: month, day: day) + 4
        return days - days.flooredDivision(by: 7) * 7 + 1
    }

    static func length(ofMonth month: Int64, year: Int64) -> Int64 {
        let (nextYear, nextMonth) = month == 12 ? (year + 1, 1) : (year, month + 1)
        return Timestamp.days(year: nextYear, month: nextMonth, day: 1)
            - Timestamp.days(year: year, month: month, day: 1)
    }
}

extension UInt64 {
    /// True where the bit of this number is set.
    func holds(_ number: Int64) -> Bool { self >> UInt64(number) & 1 == 1 }
}
