extension ConnectionState {
    /// When the connection's next run begins: now where one was asked for or broken off; nil where none comes by itself.
    package func nextRun(of definition: ConnectionDefinition, at now: Timestamp) -> Timestamp? {
        if askedRun != nil { return now }
        if pausedSince != nil { return nil }
        if unfinishedSince != nil { return now }
        return nextSlot(of: definition, at: now)
    }

    /// When the next slot of the schedule is due; nil while paused, and where the schedule has no more.
    package func nextSlot(of definition: ConnectionDefinition, at now: Timestamp) -> Timestamp? {
        guard pausedSince == nil else { return nil }
        let slot = ScheduleGrid(of: definition).next(after: lastScheduledStart, now: now, missed: .skipped)
        return slot.start == .endOfCalendar ? nil : slot.dueAt
    }
}
