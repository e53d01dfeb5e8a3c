/// A scheduled start.
package struct Slot: Hashable, Sendable {
    /// Its place on the grid, which becomes the connection's last scheduled start. A schedule that has no more starts has
    /// one at the end of the calendar.
    package var start: Timestamp
    /// When it is begun: the start, and the connection's jitter.
    package var dueAt: Timestamp
    /// Starts of the grid that passed without a run, since the last one and before this one.
    package var skipped: Int

    package init(start: Timestamp, dueAt: Timestamp, skipped: Int = 0) {
        self.start = start
        self.dueAt = dueAt
        self.skipped = skipped
    }
}

/// The starts of a schedule, and which of them is next. Pure; tells nothing of a clock but the time it is given.
///
/// Starts of `every` are counted from the previous scheduled start, so that a long run or a restart does not move the
/// others; those of an anchor or a cron expression fall on times of day in UTC.
package struct ScheduleGrid: Hashable, Sendable {
    private enum Rule: Hashable, Sendable {
        /// Microseconds; nil for the previous start's grid, else any point of it.
        case every(Int64, through: Int64?)
        case cron(CronExpression)
    }

    /// What becomes of starts that passed without a run.
    package enum Missed: Hashable, Sendable {
        /// The last of them is made up for, once: after a time without an extractor.
        case madeUpOnce
        /// They are passed over: a run was still under way.
        case skipped
    }

    /// A clock that was set back by no more than this does not bring a start again.
    private static let mostSetBack = Duration.seconds(3600)

    private let rule: Rule
    private let jitter: Duration
    /// The time between two starts, the shortest where they differ.
    package let period: Duration

    /// - Parameter jitter: how much later than its place on the grid each start is begun.
    package init(_ schedule: Schedule, jitter: Duration = .zero) {
        let step = max(1, schedule.everySeconds) * 1_000_000
        // One of a newer version's grammar, which no settings of this one let through.
        if let cron = schedule.cron.flatMap({ try? CronExpression(parsing: $0) }) {
            rule = .cron(cron)
            period = cron.period
        } else {
            rule = .every(step, through: schedule.anchor.map { $0.minutes * 60_000_000 })
            period = .microseconds(step)
        }
        self.jitter = jitter
    }

    /// With the jitter of a connection: at most a tenth of the period, and a minute, the same at every start.
    package init(_ schedule: Schedule, of connection: ConnectionKey) {
        let plain = ScheduleGrid(schedule)
        let most = min(plain.period / 10, .seconds(60)).wholeMilliseconds
        self.init(schedule, jitter: .milliseconds(Int64(connection.description.utf8.hash64 % UInt64(most + 1))))
    }

    /// The start to run for: now where none was yet on a grid without times of day; the last one missed, where some were
    /// and are made up for; else the next one, which is to be waited for.
    package func next(after last: Timestamp?, now: Timestamp, missed: Missed = .madeUpOnce) -> Slot {
        guard let last else {
            guard case .every(_, nil) = rule else { return slot(start(after: now, last: now)) }
            return Slot(start: now, dueAt: now)
        }
        guard last <= now else { return slot(next(afterSetBack: last, now: now)) }
        switch missed {
        case .madeUpOnce:
            let (count, latest) = starts(after: last, through: now, last: last)
            return latest.map { slot($0, skipped: count - 1) } ?? slot(start(after: now, last: last))
        case .skipped:
            // One whose jitter has not passed yet is not missed.
            let seen = max(last, now - jitter)
            return slot(start(after: seen, last: last), skipped: starts(after: last, through: seen, last: last).count)
        }
    }

    /// The start that follows one of the grid.
    package func start(after start: Timestamp) -> Timestamp { self.start(after: start, last: start) }

    /// Every start after a time and up to another, that included, newest last known.
    /// - Parameter last: a start of the grid, where it is counted from the previous one.
    package func starts(after start: Timestamp, through end: Timestamp, last: Timestamp) -> (count: Int, last: Timestamp?) {
        switch rule {
        case .cron(let cron): return cron.fires(after: start, through: end)
        case .every(let step, let point):
            let origin = point ?? last.microseconds
            let before = (start.microseconds - origin).flooredDivision(by: step)
            let final = (end.microseconds - origin).flooredDivision(by: step)
            guard final > before else { return (0, nil) }
            return (Int(clamping: final - before), Timestamp(microseconds: origin + final * step))
        }
    }

    /// What the clock says now was said before: a little of it is waited for with the next start, more is lived again.
    private func next(afterSetBack last: Timestamp, now: Timestamp) -> Timestamp {
        let following = start(after: last)
        let isLittle = last - now <= min((following - last) / 2, Self.mostSetBack)
        return isLittle ? following : start(after: now, last: last)
    }

    private func start(after time: Timestamp, last: Timestamp) -> Timestamp {
        switch rule {
        case .cron(let cron): return cron.next(after: time) ?? Timestamp(seconds: .max)
        case .every(let step, let point):
            let origin = point ?? last.microseconds
            let passed = (time.microseconds - origin).flooredDivision(by: step)
            return Timestamp(microseconds: origin + (passed + 1) * step)
        }
    }

    private func slot(_ start: Timestamp, skipped: Int = 0) -> Slot {
        Slot(start: start, dueAt: start + jitter, skipped: skipped)
    }
}

extension CronExpression {
    /// The shortest time between some of its starts.
    fileprivate var period: Duration {
        let day = Duration.seconds(86_400)
        var shortest: Duration?
        guard var time = next(after: Timestamp(seconds: 0)) else { return day }
        for _ in 0..<64 {
            guard let following = next(after: time) else { break }
            shortest = min(shortest ?? following - time, following - time)
            time = following
        }
        return shortest ?? day
    }
}

extension Sequence<UInt8> {
    /// FNV-1a, the same in every process.
    /// Source: http://www.isthe.com/chongo/tech/comp/fnv/
    fileprivate var hash64: UInt64 {
        reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
