import Catalog
import Model
import ServiceRuntime

/// The reads of a run side by side: which streams are read at all, essential ones first, and what becomes of each.
struct RunReads: Sendable {
    /// One read, and the streams that it stands for.
    private struct Job: Sendable {
        let streams: [StreamDefinition]
        let body: @Sendable () async throws -> Void
        /// Lets those on that wait for its end.
        let leave: @Sendable () -> Void
    }

    let context: RunContext
    let saved: SavedState
    let parking: ParkingRule
    let intervals: Intervals
    let laneLimit: LaneLimit
    /// The connection's slots; in a run that lasts beyond one, what has caught up is read again then. Nil: never.
    let slots: ScheduleGrid?
    let largestPage: Int

    /// - Returns: the streams that failed, or are refused: of these the optional ones are parked.
    /// - Throws: ``ExtractorError`` where the log fails.
    func run(_ selected: [StreamDefinition]) async throws -> [StreamName: ExtractorError] {
        var failures: [StreamName: ExtractorError] = [:]
        for stream in selected where saved.unreadable.contains(stream.name) {
            failures[stream.name] = .bookmarkUnreadable(stream.name.rawValue)
        }
        let due = selected.filter { failures[$0.name] == nil && isToBeRead($0) }
        // Ends the lanes while the run goes on.
        let laneStop = StopSignal()
        let (others, lanes) = try jobs(for: due, saved.bookmarks, laneStop: laneStop)
        let busy = BusyStreams((others + lanes).flatMap(\.streams).map(\.name))
        let othersAreDone = StopSignal()
        let lanesAreDone = StopSignal()
        return try await withThrowingTaskGroup(of: [StreamName: ExtractorError].self) { group in
            group.addTask {
                defer { lanesAreDone.set() }
                return try await perform(lanes, busy)
            }
            group.addTask { try await readAgain(selected, busy, until: othersAreDone) }
            group.addTask {
                defer { othersAreDone.set() }
                let failures = try await perform(others, busy)
                othersAreDone.set()
                await endLanes(laneStop, unless: lanesAreDone)
                return failures
            }
            for try await failed in group { failures.merge(failed) { first, _ in first } }
            return failures
        }
    }

    /// False for a stream that is parked or was read lately; its report says so.
    /// - Parameter again: after it was read, or tried, in this run.
    private func isToBeRead(_ stream: StreamDefinition, again: Bool = false) -> Bool {
        let now = context.clock.now()
        let bookmark = again ? context.board.bookmarks[stream.name] : saved.bookmarks[stream.name]
        let parked = context.board.parking(stream.name)
        if let parked, !(again ? parking.atSlots : parking).isTried(parked, now: now) {
            context.ledger.update(stream.name) { report in
                report.status = .parked
                report.reason = parked.reason
                report.hint = parked.hint
            }
            return false
        }
        let rule = again ? Intervals(context.definition, .schedule) : intervals
        guard !rule.isDue(stream, bookmark, now: now) else { return true }
        if again { return false }
        context.ledger.begin(stream.name, at: bookmark ?? Bookmark())
        context.ledger.update(stream.name) { $0.status = .caughtUp }
        context.log.log(.debug, stream.name, "not due yet", bookmark?.facts ?? [:])
        return false
    }

    /// At each slot that passes while streams are still being read, reads those again beside them that have ended and are
    /// due: so a history of many hours does not keep what had caught up from being current.
    private func readAgain(
        _ selected: [StreamDefinition],
        _ busy: BusyStreams,
        until othersAreDone: StopSignal
    ) async throws -> [StreamName: ExtractorError] {
        guard let slots else { return [:] }
        let clock = context.clock
        var last = context.board.connectionState.lastScheduledStart ?? clock.now()
        return try await withThrowingTaskGroup(of: [StreamName: ExtractorError].self) { group in
            while !othersAreDone.isSet, !context.stop.isSet {
                let slot = slots.next(after: last, now: clock.now(), missed: .skipped)
                let wait = max(.zero, slot.dueAt - clock.now())
                // It throws when there is nothing left to read beside.
                guard (try? await othersAreDone.interrupting { try await clock.sleep(for: wait) }) != nil,
                    !context.stop.isSet
                else { break }
                last = slot.start
                try await context.board.change { $0.lastScheduledStart = slot.start }
                let rested = selected.filter { !saved.unreadable.contains($0.name) && !busy.contains($0.name) }
                let due = rested.filter { isToBeRead($0, again: true) }
                for job in try jobs(for: due, context.board.bookmarks, laneStop: nil).others {
                    busy.enter(job.streams.map(\.name))
                    group.addTask { try await perform(job, busy) }
                }
            }
            var failures: [StreamName: ExtractorError] = [:]
            for try await failed in group { failures.merge(failed) { $1 } }
            return failures
        }
    }

    /// - Parameter laneStop: ends the lanes; nil: without lanes.
    private func jobs(
        for due: [StreamDefinition],
        _ bookmarks: [StreamName: Bookmark],
        laneStop: StopSignal?
    ) throws -> (others: [Job], lanes: [Job]) {
        let audits = context.definition.audits ?? .exact
        var walks = PlannedChildren.walks(for: due, audits: audits, largestPage: largestPage)
        if laneStop == nil { walks.removeAll(where: \.isLane) }
        let alsoRead = Set(walks.compactMap(\.also?.name))
        // Set when the read has ended whose rows the lane's replace.
        let elementsAreRead = StopSignal()
        var others: [Job] = []
        for planned in ReadPlan.reads(due, bookmarks, audits: audits, largestPage: largestPage) {
            let read = try StreamRead(planned, context)
            let bringsElements = planned.streams.contains { alsoRead.contains($0.name) }
            context.session.enlist(read.lead, planned.request.bucket, rank: planned.request.rank)
            let job = Job(streams: planned.streams) {
                var read = read
                try await read.run()
            } leave: {
                context.session.leave(read.lead)
                if bringsElements { elementsAreRead.set() }
            }
            others.append(job)
        }
        if alsoRead.isEmpty { elementsAreRead.set() }
        var lanes: [Job] = []
        for planned in walks {
            let walk = try ChildRead(planned, context, stop: laneStop ?? StopSignal(), elementsAreRead: elementsAreRead)
            let name = planned.stream.name
            let urgency: RateBudget.Urgency = planned.isLane ? .background : .foreground
            context.session.enlist(name, planned.walk.bucket, rank: planned.walk.rank, urgency: urgency)
            let job = Job(streams: [planned.stream]) {
                var walk = walk
                try await walk.run()
            } leave: {
                context.session.leave(name)
            }
            if planned.isLane { lanes.append(job) } else { others.append(job) }
        }
        return (others, lanes)
    }

    private func perform(_ jobs: [Job], _ busy: BusyStreams) async throws -> [StreamName: ExtractorError] {
        try await withThrowingTaskGroup(of: [StreamName: ExtractorError].self) { group in
            for job in jobs { group.addTask { try await perform(job, busy) } }
            var failures: [StreamName: ExtractorError] = [:]
            for try await failed in group { failures.merge(failed) { first, _ in first } }
            return failures
        }
    }

    private func perform(_ job: Job, _ busy: BusyStreams) async throws -> [StreamName: ExtractorError] {
        defer {
            busy.leave(job.streams.map(\.name))
            job.leave()
        }
        do {
            try await job.body()
            for stream in job.streams { try await unpark(stream) }
            return [:]
        } catch is CancellationError {
            return [:]
        } catch {
            // Before it leaves: the next one would ask for a page that nobody takes.
            context.endRun(after: error)
            let error = ExtractorError(error)
            for stream in job.streams { try await note(error, of: stream) }
            return Dictionary(job.streams.map { ($0.name, error) }) { first, _ in first }
        }
    }

    /// Ends the lanes when their time is over.
    private func endLanes(_ laneStop: StopSignal, unless lanesAreDone: StopSignal) async {
        let clock = context.clock
        guard let rest = context.stop.isSet ? .zero : laneLimit.rest(now: clock.now()) else { return }
        if rest > .zero {
            // Ends early when the lanes do; to stop these is harmless then.
            _ = try? await lanesAreDone.interrupting { try await clock.sleep(for: rest) }
        }
        laneStop.set()
    }

    private func note(_ error: ExtractorError, of stream: StreamDefinition) async throws {
        guard case .permission = error, !stream.isEssential else {
            context.log.log(.error, stream.name, "the stream failed", ["error.message": error.message])
            return
        }
        let before = context.board.parking(stream.name)
        let after = parking.parking(after: before, error, now: context.clock.now())
        context.log.log(
            before == nil ? .warning : .info,
            stream.name,
            before == nil ? "parked: Zendesk refuses the stream" : "still refused",
            ["error.message": error.message, "hint": error.hint ?? ""]
        )
        try await context.board.change { state in
            state.parked = (state.parked ?? [:]).merging([stream.name: after]) { $1 }
        }
    }

    private func unpark(_ stream: StreamDefinition) async throws {
        guard context.board.parking(stream.name) != nil else { return }
        context.log.log(.info, stream.name, "no longer parked")
        try await context.board.change { state in
            state.parked?[stream.name] = nil
            if state.parked?.isEmpty == true { state.parked = nil }
        }
    }
}
