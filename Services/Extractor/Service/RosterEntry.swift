import Model

/// What a process knows of a connection: its state as saved, what it does, and when it is due.
struct RosterEntry {
    enum Activity: Hashable {
        case idle
        case waits
        case runs(RunEnding?)
        case changesState
    }

    var definition: ConnectionDefinition
    var partition: Int32
    var state: ConnectionState
    var activity = Activity.idle
    /// The command that asked for the run under way.
    var underWay: String?
    /// Nothing begins before, after a run that was broken off from outside.
    var notBefore: Timestamp?
    var breaks = 0
    /// The last slot that passed while a run was under way; those up to it are not made up for.
    var passed: Timestamp?
    var skipped = 0
    /// How often the group must have been heard before the next run.
    var neededPolls = 0
    /// To be forgotten when what it does has ended.
    var isLeaving = false

    var grid: ScheduleGrid { ScheduleGrid(of: definition) }
    /// A person asked for a run.
    var isAsked: Bool { state.askedRun != nil }

    /// The newest slot that was run for, or is not to be made up for.
    var lastSlot: Timestamp? { [passed, state.lastScheduledStart].compactMap { $0 }.max() }

    /// The slot to run for next.
    func slot(at now: Timestamp) -> Slot {
        grid.next(after: lastSlot, now: now)
    }

    /// When its next run begins; nil: not by itself.
    func due(at now: Timestamp) -> Timestamp? {
        let earliest = max(now, notBefore ?? now)
        if isAsked { return earliest }
        if state.pausedSince != nil { return nil }
        // What was broken off is first: another process's open transaction may hold its neighbours up until then.
        if let since = state.unfinishedSince { return notBefore ?? min(since, now) }
        let slot = slot(at: now)
        return max(slot.dueAt, notBefore ?? slot.dueAt)
    }

    /// A run has ended: what passed of the schedule meanwhile is skipped.
    mutating func passSlots(at now: Timestamp) {
        guard let last = lastSlot, last <= now else { return }
        let slot = grid.next(after: last, now: now, missed: .skipped)
        guard slot.skipped > 0 else { return }
        skipped += slot.skipped
        passed = grid.starts(after: last, through: slot.start - .microseconds(1), last: last).last
    }
}
