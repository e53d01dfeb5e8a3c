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
            do throws(CronError) {
                let cron = try CronExpression(parsing: text)
                guard cron.next(after: now) != nil else { throw CronError.never }
            } catch {
                throw reader.invalid("cron", error.message)
            }
            schedule = Schedule(cron: text)
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
        let expected = "a time such as 30m, at least 1m"
        guard let every = try value("every", expected: expected, Units.duration) else {
            // A key that is written wrongly is what to tell of.
            _ = tree("anchor")
            try finish()
            throw missing("every", example: "every: 30m")
        }
        guard every >= .seconds(60) else { throw wrong("every", expected) }
        let anchor = try value("anchor", expected: "a time of day in UTC such as \"02:00\"", TimeOfDay.init(rawValue:))
        let seconds = every.components.seconds
        // Else the starts would fall on other times every day.
        guard anchor == nil || (seconds >= 3600 && 86_400 % seconds == 0) else {
            throw invalid(
                "anchor",
                "it needs an `every` that a day is a multiple of: 1h, 2h, 3h, 4h, 6h, 8h, 12h or 24h"
            )
        }
        return Schedule(everySeconds: seconds, anchor: anchor)
    }
}
