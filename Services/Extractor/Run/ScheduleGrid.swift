package import Model

/// When a connection starts next: every so often, counted from its previous scheduled start, so that a long run or a
/// restart does not move the others.
package struct ScheduleGrid: Hashable, Sendable {
    package var every: Duration

    package init(_ schedule: Schedule) {
        every = .seconds(max(1, schedule.everySeconds))
    }

    /// The scheduled start to run for: now where none was yet; the last one missed where some were, once; else the
    /// next one, which is to be waited for.
    package func next(after last: Timestamp?, now: Timestamp) -> Timestamp {
        guard let last, last <= now else { return last.map { min($0, now + every) } ?? now }
        let step = every.wholeMicroseconds
        let missed = (now - last).wholeMicroseconds / step
        return Timestamp(microseconds: last.microseconds + max(1, missed) * step)
    }
}
