/// The starts of one schedule.
struct ScheduleRule: Hashable, Sendable {
    private enum Kind: Hashable, Sendable {
        /// Microseconds; with a point of the grid, or counted from the previous start.
        case every(Int64, from: Int64?)
        case cron(CronExpression)
    }

    private let kind: Kind
    /// The time between two starts, the shortest where they differ.
    let period: Duration

    /// - Parameter fromMidnight: an `every` without an anchor is not counted from the previous start.
    init(_ schedule: Schedule, fromMidnight: Bool = false) {
        // A cron of a newer version's grammar, which no settings of this one let through, is passed over.
        if let cron = schedule.cron.flatMap({ try? CronExpression(parsing: $0) }) {
            kind = .cron(cron)
            period = cron.period
        } else {
            let step = max(1, schedule.everySeconds) * 1_000_000
            let point = schedule.anchor.map { $0.minutes * 60_000_000 } ?? (fromMidnight ? 0 : nil)
            kind = .every(step, from: point)
            period = .microseconds(step)
        }
    }

    /// True where starts are counted from the previous one.
    var isRelative: Bool { if case .every(_, nil) = kind { true } else { false } }

    /// The first start after a time.
    /// - Parameter last: the start that others are counted from.
    func start(after time: Timestamp, last: Timestamp) -> Timestamp {
        switch kind {
        case .cron(let cron): return cron.next(after: time) ?? .endOfCalendar
        case .every(let step, let point):
            let origin = point ?? last.microseconds
            let passed = (time.microseconds - origin).flooredDivision(by: step)
            return Timestamp(microseconds: origin + (passed + 1) * step)
        }
    }

    /// How many starts there are after a time and up to another, that included, and the newest of them.
    func starts(after start: Timestamp, through end: Timestamp, last: Timestamp) -> (count: Int, last: Timestamp?) {
        switch kind {
        case .cron(let cron): return cron.fires(after: start, through: end)
        case .every(let step, let point):
            let origin = point ?? last.microseconds
            let before = (start.microseconds - origin).flooredDivision(by: step)
            let final = (end.microseconds - origin).flooredDivision(by: step)
            guard final > before else { return (0, nil) }
            return (Int(clamping: final - before), Timestamp(microseconds: origin + final * step))
        }
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

extension Timestamp {
    /// Where a schedule without further starts has its next one.
    static var endOfCalendar: Timestamp { Timestamp(seconds: .max) }
}
