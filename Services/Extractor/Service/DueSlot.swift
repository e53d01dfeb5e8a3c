import Model

/// A time of a connection's schedule.
struct DueSlot: Hashable, Sendable {
    /// Of the grid.
    var start: Timestamp
    /// When its run begins.
    var dueAt: Timestamp
    /// Slots before it that had no run.
    var skipped: Int

    /// The slot to run for next.
    init(_ schedule: Schedule, after last: Timestamp?, now: Timestamp) {
        start = ScheduleGrid(schedule).next(after: last, now: now)
        dueAt = start
        skipped = 0
    }
}
