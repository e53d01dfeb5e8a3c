/// The fields of a Quartz cron expression, in their order.
/// Source: https://www.quartz-scheduler.org/documentation/quartz-2.3.0/tutorials/crontrigger.html
package enum CronField: Int, Hashable, Sendable, CaseIterable {
    case seconds
    case minutes
    case hours
    case dayOfMonth
    case month
    case dayOfWeek
    case year

    /// Numbers that may stand in it.
    var range: ClosedRange<Int64> {
        switch self {
        case .seconds, .minutes: 0...59
        case .hours: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        case .dayOfWeek: 1...7
        case .year: 1970...2099
        }
    }

    /// Names that stand for numbers, from the first on.
    var names: [String] {
        switch self {
        case .month: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        case .dayOfWeek: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
        default: []
        }
    }

    /// For people.
    var name: String {
        switch self {
        case .seconds: "seconds"
        case .minutes: "minutes"
        case .hours: "hours"
        case .dayOfMonth: "day-of-month"
        case .month: "month"
        case .dayOfWeek: "day-of-week"
        case .year: "year"
        }
    }

    /// What may stand in it, for people.
    var allowed: String {
        switch self {
        case .seconds, .minutes: "0-59 and , - * /"
        case .hours: "0-23 and , - * /"
        case .dayOfMonth: "1-31 and , - * ? / L W"
        case .month: "1-12 or JAN-DEC and , - * /"
        case .dayOfWeek: "1-7 or SUN-SAT (1 is Sunday) and , - * ? / L #"
        case .year: "1970-2099 and , - * /, or nothing"
        }
    }
}

/// Why a text is no cron expression.
package enum CronError: Error, Hashable, Sendable {
    /// So many fields instead of 6 or 7.
    case fields(Int)
    /// One field, and what is wrong with it.
    case field(CronField, text: String, problem: String)
    /// Of day-of-month and day-of-week, not exactly one is `?`.
    case days(bothSet: Bool)
    /// There is no such day, or none any more.
    case never

    /// In words for people: which field, and what is allowed there.
    package var message: String {
        switch self {
        case .fields(5):
            "5 fields are Unix cron; Quartz begins with the seconds: put `0 ` before them, and `?` in day-of-month or "
                + "day-of-week"
        case .fields(let count):
            "\(count) fields; it has 6 or 7: seconds minutes hours day-of-month month day-of-week [year], such as "
                + "`0 0 3 * * ?`"
        case .field(let field, let text, let problem):
            "\(field.name) `\(text)`: \(problem); allowed are \(field.allowed)"
        case .days(bothSet: true):
            "day-of-month and day-of-week are both set; exactly one of them must be `?`"
        case .days(bothSet: false):
            "day-of-month and day-of-week are both `?`; exactly one of them must be"
        case .never: "there is no such day to come"
        }
    }
}
