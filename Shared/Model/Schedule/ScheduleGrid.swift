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

/// The starts of a connection's schedules, and which of them is next. Pure; knows of the time what it is told.
///
/// Starts of `every` are counted from the previous scheduled start, so that a long run or a restart does not move the
/// others; those of an anchor or a cron expression fall on times of day in UTC. Where streams have schedules of their own,
/// the grid has the starts of all, and an `every` without an anchor counts from midnight, so that they fall together.
package struct ScheduleGrid: Hashable, Sendable {
    /// What becomes of starts that passed without a run.
    package enum Missed: Hashable, Sendable {
        /// The last of them is made up for, once: after a time without an extractor.
        case madeUpOnce
        /// They are passed over: a run was still under way.
        case skipped
    }

    /// A clock that was set back by no more than this does not bring a start again.
    private static let mostSetBack = Duration.seconds(3600)
    /// Starts of several schedules are told apart one by one up to this many.
    private static let mostTold = 1000

    private let rules: [ScheduleRule]
    private let jitter: Duration

    /// The time between two starts, the shortest where they differ.
    package var period: Duration { rules.map(\.period).min() ?? .zero }

    /// - Parameter jitter: how much later than its place on the grid each start is begun.
    package init(_ schedule: Schedule, jitter: Duration = .zero) {
        rules = [ScheduleRule(schedule)]
        self.jitter = jitter
    }

    /// With the jitter of a connection: at most a tenth of the period, and a minute, the same at every start.
    package init(_ schedule: Schedule, of connection: ConnectionKey) {
        self.init([ScheduleRule(schedule)], of: connection)
    }

    /// Of a connection and its streams, with its jitter.
    package init(of definition: ConnectionDefinition) {
        let others = definition.schedules ?? [:]
        let all = [definition.schedule] + others.sorted { $0.key < $1.key }.map(\.value)
        self.init(all.map { ScheduleRule($0, fromMidnight: !others.isEmpty) }, of: definition.key)
    }

    /// Of one schedule beside others of its connection: an `every` counts from midnight.
    package init(beside schedule: Schedule) {
        rules = [ScheduleRule(schedule, fromMidnight: true)]
        jitter = .zero
    }

    private init(_ rules: [ScheduleRule], of connection: ConnectionKey) {
        let period = rules.map(\.period).min() ?? .zero
        let most = min(period / 10, .seconds(60)).wholeMilliseconds
        self.rules = rules
        jitter = .milliseconds(Int64(connection.description.utf8.hash64 % UInt64(most + 1)))
    }

    /// The start to run for: now where none was yet on a grid without times of day; the last one missed, where some were
    /// and are made up for; else the next one, which is to be waited for.
    package func next(after last: Timestamp?, now: Timestamp, missed: Missed = .madeUpOnce) -> Slot {
        guard let last else {
            guard rules.contains(where: \.isRelative) else { return slot(start(after: now, last: now)) }
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

    /// How many starts there are after a time and up to another, that included, and the newest of them.
    /// - Parameter last: a start of the grid, from which others are counted.
    package func starts(
        after start: Timestamp,
        through end: Timestamp,
        last: Timestamp
    ) -> (count: Int, last: Timestamp?) {
        let each = rules.map { $0.starts(after: start, through: end, last: last) }
        let sum = each.reduce(0) { $0 + $1.count }
        let newest = each.compactMap(\.last).max()
        guard rules.count > 1, sum <= Self.mostTold else { return (sum, newest) }
        // Some fall together.
        var count = 0
        var time = start
        while true {
            time = self.start(after: time, last: last)
            guard time <= end else { return (count, newest) }
            count += 1
        }
    }

    /// What the clock says now was said before: a little of it is waited for with the next start, more is lived again.
    private func next(afterSetBack last: Timestamp, now: Timestamp) -> Timestamp {
        let following = start(after: last)
        let isLittle = last - now <= min((following - last) / 2, Self.mostSetBack)
        return isLittle ? following : start(after: now, last: last)
    }

    private func start(after time: Timestamp, last: Timestamp) -> Timestamp {
        rules.map { $0.start(after: time, last: last) }.min() ?? .endOfCalendar
    }

    private func slot(_ start: Timestamp, skipped: Int = 0) -> Slot {
        Slot(start: start, dueAt: start + jitter, skipped: skipped)
    }
}

extension Sequence<UInt8> {
    /// FNV-1a, the same in every process.
    /// Source: http://www.isthe.com/chongo/tech/comp/fnv/
    fileprivate var hash64: UInt64 {
        reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
