package import Model

/// A schedule for people: in words, and with its next starts.
package struct ScheduleExplanation: Hashable, Sendable {
    package let words: String
    /// The next starts, the first of them now where a new connection begins at once; fewer where the calendar ends.
    package let next: [Timestamp]

    package init(_ schedule: Schedule, at now: Timestamp, count: Int = 5) {
        words = Self.words(schedule)
        let grid = ScheduleGrid(schedule)
        var next: [Timestamp] = []
        var start = grid.next(after: nil, now: now).start
        let end = Timestamp(seconds: .max)
        while next.count < count, start < end {
            next.append(start)
            start = grid.start(after: start)
        }
        self.next = next
    }

    /// `every 30 minutes`, `every 6 hours, counted from 02:00 UTC`, ``cron `0 0 3 * * ?` (UTC)``
    package static func words(_ schedule: Schedule) -> String {
        if let cron = schedule.cron { return "cron `\(cron)` (UTC)" }
        let interval = interval(schedule.everySeconds)
        return schedule.anchor.map { "\(interval), counted from \($0) UTC" } ?? interval
    }

    private static func interval(_ seconds: Int64) -> String {
        let units: [(String, Int64)] = [("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)]
        let (unit, scale) = units.first { seconds % $0.1 == 0 } ?? ("second", 1)
        let count = seconds / scale
        return count == 1 ? "every \(unit)" : "every \(count) \(unit)s"
    }
}
