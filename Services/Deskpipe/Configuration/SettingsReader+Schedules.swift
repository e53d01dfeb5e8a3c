import Catalog
import Model
import ServiceRuntime

/// When a connection and its streams are read.
extension SettingsReader {
    /// `{ every: 30m }`, `{ every: 6h, anchor: "02:00" }` or `{ cron: "0 0 3 * * ?" }`; nil where there is none.
    /// - Parameter now: a cron must have a start after it.
    func schedule(_ key: String, now: Timestamp = SystemClock().now()) throws(ConfigurationError) -> Schedule? {
        guard tree(key) != nil else { return nil }
        let reader = try mapping(key)
        let schedule: Schedule
        if let text = try reader.text("cron") {
            for other in ["every", "anchor"] where reader.tree(other) != nil {
                throw reader.invalid("cron", "it says it all; leave `\(other)` out, or `cron`")
            }
            schedule = try reader.checked("cron") { () throws(SettingProblem) in
                try Schedule.checked(cron: text, now: now)
            }
        } else {
            schedule = try reader.grid()
        }
        try reader.finish()
        return schedule
    }

    /// `schedules: { tags: { cron: "0 0 3 ? * SUN" } }`: streams with schedules of their own.
    func schedules(source: Source) throws(ConfigurationError) -> [StreamName: Schedule]? {
        let reader = try mapping("schedules")
        let intervals = try mapping("intervals").names()
        var schedules: [StreamName: Schedule] = [:]
        for name in reader.names() {
            let stream = try reader.stream(name, of: source)
            guard let schedule = try reader.schedule(name) else {
                throw reader.missing(name, example: "\(name): { every: 6h }")
            }
            guard !intervals.contains(name) else {
                throw reader.invalid(name, "it has an interval in `intervals` already; keep one of them")
            }
            schedules[stream.name] = schedule
        }
        return schedules.isEmpty ? nil : schedules
    }

    private func grid() throws(ConfigurationError) -> Schedule {
        guard let text = try value("every", expected: Schedule.intervalRule, { $0 }) else {
            // A key that is written wrongly is what to tell of.
            _ = tree("anchor")
            try finish()
            throw missing("every", example: "every: 30m")
        }
        let anchor = try value("anchor", expected: TimeOfDay.rule, TimeOfDay.init(rawValue:))
        let schedule = try checked("every") { () throws(SettingProblem) in
            try Schedule.checked(every: text, anchor: anchor)
        }
        try checked("anchor") { () throws(SettingProblem) in try schedule.checkAnchor() }
        return schedule
    }
}
