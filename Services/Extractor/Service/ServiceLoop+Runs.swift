import Model
import ServiceRuntime

/// The runs of the connections that this process has.
extension ServiceLoop {
    /// Starts whose turn it is, and asks those that had theirs to yield.
    func startRuns() {
        let now = clock.now()
        for key in roster.yielding(at: now) { tell(key, .yields) }
        let ownership = ownership
        while let order = roster.order(
            at: clock.now(),
            polls: ownership.polls,
            mayStart: { ownership.mayStart($0, at: .now) }
        ) {
            start(order)
        }
    }

    private func start(_ order: RunOrder) {
        let key = order.definition.key
        let run = Running(stop: StopSignal(), desk: RunDesk())
        running[key] = run
        let connectionRun = ConnectionRun(
            order.definition,
            environment: environment,
            trigger: order.trigger,
            scheduledStart: order.slot,
            skippedSlots: order.skipped,
            desk: run.desk,
            laneLimit: LaneLimit(end: order.laneEnd),
            runLimit: service.settings.runLimit,
            spent: order.spent,
            observer: service.observer
        )
        jobs.append {
            let outcome = await connectionRun.run(stop: run.stop)
            run.desk.close()
            return .ended(key, outcome)
        }
    }

    func ended(_ key: ConnectionKey, _ outcome: RunOutcome) {
        logger.runEnded(outcome)
        let desk = running.removeValue(forKey: key)?.desk
        roster.ended(
            key,
            state: desk?.connectionState,
            error: outcome.error,
            at: clock.now(),
            polls: ownership.polls
        )
        obeyNext(key)
    }

    /// Asks a run to end for a reason of this process.
    func end(_ key: ConnectionKey, _ ending: RunEnding) {
        if roster.end(key, ending) != nil { tell(key, ending) }
    }

    /// Has a run under way end at its page.
    func tell(_ key: ConnectionKey, _ ending: RunEnding) {
        guard let run = running[key] else { return }
        run.desk.end(ending)
        run.stop.set()
    }
}
