package import Model

/// The connections of a process and what is to be done for them when: all decisions of the service, without I/O.
///
/// A connection is idle, waits for its turn, runs, or has its state changed; only one of these at a time.
package struct Roster: Sendable {
    /// How long a connection rests after a run that was broken off: twice as long each time, up to a limit.
    private static let shortestRest = Duration.seconds(1)
    private static let longestRest = Duration.seconds(300)
    /// A clock that went back by more than this makes all times be computed anew.
    private static let noticedStep = Duration.seconds(5)

    private var entries: [ConnectionKey: RosterEntry] = [:]
    private var queue = DueQueue<ConnectionKey>()
    private var turns: FairTurns
    private var latest: Timestamp?

    package init(concurrency: Int, turn: Duration = .seconds(120)) {
        turns = FairTurns(capacity: concurrency, turn: turn)
    }

    package var count: Int { entries.count }
    package var runningCount: Int { turns.runningCount }
    /// When the next run is due; nil: never.
    package var nextDue: Timestamp? { queue.next }

    package func definition(of key: ConnectionKey) -> ConnectionDefinition? { entries[key]?.definition }
    package func state(of key: ConnectionKey) -> ConnectionState? { entries[key]?.state }
    package func isRunning(_ key: ConnectionKey) -> Bool {
        if case .runs = entries[key]?.activity { true } else { false }
    }

    /// When the connection's next run begins; nil while it runs or waits for its turn, and where there is none to come.
    package func due(_ key: ConnectionKey) -> Timestamp? { queue[key] }

    // MARK: Which connections there are

    /// A connection is there, new or changed.
    /// - Parameter state: what was saved of it; nil leaves what is known.
    /// - Returns: why its run should end, where it should.
    package mutating func define(
        _ definition: ConnectionDefinition,
        partition: Int32,
        state: ConnectionState? = nil,
        at now: Timestamp
    ) -> RunEnding? {
        let key = definition.key
        guard var entry = entries[key] else {
            if definition.deletedAt != nil { return nil }
            entries[key] = RosterEntry(definition: definition, partition: partition, state: state ?? ConnectionState())
            schedule(key, at: now)
            return nil
        }
        let isSame = entry.definition.extractsLike(definition)
        entry.definition = definition
        entry.isLeaving = false
        if let state, entry.activity == .idle || entry.activity == .waits {
            // Another process may have run it meanwhile: then it is not due any more. One that is busy leaves its own.
            turns.leave(key)
            entry.activity = .idle
            entry.state = state
        }
        entries[key] = entry
        if definition.deletedAt != nil { return forget(key, .deleted) }
        schedule(key, at: now)
        return isSame ? nil : end(key, .redefined)
    }

    /// The connection's definition is gone, tombstone and all.
    /// - Returns: why its run should end, where it should.
    package mutating func remove(_ key: ConnectionKey) -> RunEnding? {
        entries[key] == nil ? nil : forget(key, .deleted)
    }

    /// The connections of these partitions.
    package func connections(in partitions: Set<Int32>) -> [ConnectionKey] {
        entries.filter { partitions.contains($0.value.partition) }.map(\.key)
    }

    /// The connections of these partitions are another process's from now on.
    /// - Returns: those that run, which should end.
    package mutating func lose(_ partitions: Set<Int32>) -> [ConnectionKey] {
        connections(in: partitions).filter { forget($0, .handedOver) != nil }
    }

    private mutating func forget(_ key: ConnectionKey, _ ending: RunEnding) -> RunEnding? {
        queue.set(key, nil)
        switch entries[key]?.activity {
        case .runs, .changesState:
            entries[key]?.isLeaving = true
            return end(key, ending)
        default:
            turns.leave(key)
            entries[key] = nil
            return nil
        }
    }

    // MARK: Runs

    /// Asks a run to end at its next page.
    /// - Returns: the ending where it runs and was not asked before; a later reason counts where the former goes on.
    package mutating func end(_ key: ConnectionKey, _ ending: RunEnding) -> RunEnding? {
        guard case .runs(let former) = entries[key]?.activity else { return nil }
        if let former, !former.goesOn || ending.goesOn { return nil }
        entries[key]?.activity = .runs(ending)
        return ending
    }

    /// The next run to begin; call it until it gives none.
    /// - Parameters:
    ///   - polls: how often the group was heard.
    ///   - mayStart: whether a partition is the process's own, for certain.
    package mutating func order(at now: Timestamp, polls: Int, mayStart: (Int32) -> Bool) -> RunOrder? {
        noticeStep(of: now)
        while let key = queue.pop(at: now) {
            guard let entry = entries[key] else { continue }
            guard entry.neededPolls <= polls, mayStart(entry.partition) else {
                queue.set(key, now + Self.shortestRest)
                continue
            }
            entries[key]?.activity = .waits
            turns.enter(key)
        }
        while let key = turns.next(at: now) {
            guard let entry = entries[key] else { continue }
            guard mayStart(entry.partition) else {
                turns.leave(key)
                entries[key]?.activity = .idle
                queue.set(key, now + Self.shortestRest)
                continue
            }
            return begin(key, entry, at: now)
        }
        return nil
    }

    private mutating func begin(_ key: ConnectionKey, _ entry: RosterEntry, at now: Timestamp) -> RunOrder {
        let slot = entry.slot(at: now)
        var order = RunOrder(definition: entry.definition, trigger: entry.isAsked ? .command : .schedule)
        // One that goes on with what was broken off, or that was asked for, leaves the next slot where it is.
        if !entry.isAsked, slot.dueAt <= now || entry.state.unfinishedSince == nil {
            order.slot = slot.start
            order.skipped = entry.skipped + slot.skipped
            order.laneEnd = entry.grid.start(after: slot.start)
            entries[key]?.skipped = 0
            entries[key]?.passed = nil
        } else {
            order.laneEnd = slot.dueAt > now ? slot.start : nil
            if entry.state.unfinishedSince != nil { order.spent = .seconds(entry.state.unfinishedSeconds ?? 0) }
        }
        entries[key]?.activity = .runs(nil)
        entries[key]?.underWay = entry.state.askedRun
        entries[key]?.state.unfinishedSince = now
        if let start = order.slot { entries[key]?.state.lastScheduledStart = start }
        return order
    }

    /// The runs that should end to let others run; each is named once.
    package mutating func yielding(at now: Timestamp) -> [ConnectionKey] {
        turns.yielding(at: now).filter { end($0, .yields) != nil }
    }

    /// A run has ended.
    /// - Parameters:
    ///   - state: what it left; nil where it could not even read it.
    ///   - error: what ended it, where it did not end by itself.
    ///   - polls: how often the group was heard before.
    package mutating func ended(
        _ key: ConnectionKey,
        state: ConnectionState?,
        error: ExtractorError?,
        at now: Timestamp,
        polls: Int
    ) {
        turns.leave(key)
        guard var entry = entries[key], case .runs(let ending) = entry.activity else { return }
        let unfinished = entry.state.unfinishedSince
        if let state {
            entry.state = state
            entry.state.unfinishedSince = unfinished
        }
        entry.activity = .idle
        switch error {
        case .takenOver, .transport:
            // What breaks a run off from outside is no reason to wait for the next slot.
            let rest = Self.shortestRest * (1 << min(entry.breaks, 16))
            entry.breaks += 1
            entry.notBefore = now + min(rest, Self.longestRest)
            // The poll that is under way may have begun before.
            if error == .takenOver { entry.neededPolls = polls + 2 }
        default:
            entry.breaks = 0
            entry.notBefore = nil
            if ending?.goesOn != true {
                entry.state.unfinishedSince = nil
                // Also where the run could not write that it is done.
                if entry.state.askedRun == entry.underWay { entry.state.askedRun = nil }
                entry.passSlots(at: now)
            }
        }
        entry.underWay = nil
        entries[key] = entry
        if entry.isLeaving { entries[key] = nil } else { schedule(key, at: now) }
    }

    // MARK: State

    /// The connection's state is going to be changed from outside a run; until ``changed(_:_:at:)`` none begins.
    /// - Returns: false while it runs, or is being changed already.
    package mutating func beginChange(_ key: ConnectionKey) -> Bool {
        switch entries[key]?.activity {
        case nil, .runs, .changesState: return false
        case .idle, .waits:
            turns.leave(key)
            queue.set(key, nil)
            entries[key]?.activity = .changesState
            return true
        }
    }

    /// The connection's state was changed, in a run or outside of one.
    /// - Parameter state: as it is durable now; nil: as before.
    package mutating func changed(_ key: ConnectionKey, _ state: ConnectionState?, at now: Timestamp) {
        guard var entry = entries[key] else { return }
        if var state {
            state.unfinishedSince = entry.state.unfinishedSince
            entry.state = state
        }
        if entry.activity == .changesState { entry.activity = .idle }
        entries[key] = entry
        if entry.isLeaving, entry.activity == .idle { entries[key] = nil } else { schedule(key, at: now) }
    }

    /// A person asks for a run: it begins at once, or when the one that is under way has ended.
    /// - Parameter command: names it.
    package mutating func ask(_ key: ConnectionKey, by command: String, at now: Timestamp) {
        entries[key]?.state.askedRun = command
        entries[key]?.notBefore = nil
        schedule(key, at: now)
    }

    /// What was broken off is not to be taken up again before the next slot, nor what was asked for.
    package mutating func forgetUnfinished(_ key: ConnectionKey, at now: Timestamp) {
        entries[key]?.state.unfinishedSince = nil
        entries[key]?.state.unfinishedSeconds = nil
        entries[key]?.state.askedRun = nil
        if case .waits = entries[key]?.activity {
            turns.leave(key)
            entries[key]?.activity = .idle
        }
        schedule(key, at: now)
    }

    // MARK: Times

    /// Computes when an idle connection is due.
    private mutating func schedule(_ key: ConnectionKey, at now: Timestamp) {
        guard let entry = entries[key], entry.activity == .idle else { return }
        queue.set(key, entry.due(at: now))
    }

    private mutating func noticeStep(of now: Timestamp) {
        defer { latest = now }
        guard let latest, latest - now > Self.noticedStep else { return }
        for (key, entry) in entries where entry.activity == .idle {
            entries[key]?.notBefore = nil
            schedule(key, at: now)
        }
    }
}

extension ConnectionDefinition {
    /// True where a run of the one is a run of the other: they differ in when they run and where it is loaded, at most.
    fileprivate func extractsLike(_ other: ConnectionDefinition) -> Bool {
        var same = other
        same.schedule = schedule
        same.schedules = schedules
        same.destination = destination
        same.name = name
        return self == same
    }
}
