/// The day from which on a connection's records are asked for: midnight UTC.
package enum StartDate {
    /// Words that follow "must be".
    package static let rule = "a date such as 2025-11-20"

    /// What stands where nobody names one: the same day one year before.
    package static func usual(at now: Timestamp) -> Timestamp {
        let (year, month, day) = Timestamp.civil(fromDays: now.seconds.flooredDivision(by: 86_400))
        let isLeapDay = month == 2 && day == 29
        return Timestamp(
            seconds: Timestamp.days(year: year - 1, month: month, day: isLeapDay ? 28 : day) * 86_400
        )
    }

    /// A day such as `2025-11-20`, or its midnight in RFC 3339.
    package static func checked(_ text: String) throws(SettingProblem) -> Timestamp {
        guard let time = Timestamp(parsing: text), time.microseconds % 86_400_000_000 == 0 else {
            throw .mustBe(rule)
        }
        return time
    }

    /// `2025-11-20`
    package static func text(_ day: Timestamp) -> String { String(day.formatted(.seconds).prefix(10)) }
}
