import Catalog
import Failpoints
import Foundation
import Logging
import Messaging
package import Model
package import ServiceRuntime

/// One run of a connection: from its bookmarks to published pages, streams side by side, and a report at the end.
///
/// A crash at any point repeats at most one page of each stream. A stop ends it at a page boundary.
package struct ConnectionRun: Sendable {
    private let definition: ConnectionDefinition
    private let environment: ExtractorEnvironment
    private let trigger: ExtractionReport.Trigger
    private let scheduledStart: Timestamp?
    private let skippedSlots: Int
    private let desk: RunDesk?
    private let laneLimit: LaneLimit
    private let runLimit: Duration?
    private let spent: Duration
    private let observer: @Sendable (RunProgress) -> Void

    /// - Parameters:
    ///   - scheduledStart: kept as the connection's last scheduled start; nil for runs outside of the schedule.
    ///   - skippedSlots: slots of the schedule before it that had no run.
    ///   - desk: where others change the connection's state while it runs; with one, the state tells of a run that was
    ///     broken off.
    ///   - laneLimit: how long the run goes on for walks with a request per ticket; what they leave, the next run takes
    ///     up.
    ///   - runLimit: after this it ends at a page boundary, and the next run goes on; nil: never.
    ///   - spent: how much of that parts of the run took which were handed over.
    ///   - observer: told after each page and around each wait, from any task.
    package init(
        _ definition: ConnectionDefinition,
        environment: ExtractorEnvironment,
        trigger: ExtractionReport.Trigger,
        scheduledStart: Timestamp? = nil,
        skippedSlots: Int = 0,
        desk: RunDesk? = nil,
        laneLimit: LaneLimit = LaneLimit(),
        runLimit: Duration? = nil,
        spent: Duration = .zero,
        observer: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) {
        self.definition = definition
        self.environment = environment
        self.trigger = trigger
        self.scheduledStart = scheduledStart
        self.skippedSlots = skippedSlots
        self.desk = desk
        self.laneLimit = laneLimit
        self.runLimit = runLimit
        self.spent = spent
        self.observer = observer
    }

    /// Runs until every stream has caught up or failed, or `stop` is set, or the task is cancelled. Publishes the
    /// report last.
    package func run(stop: StopSignal) async -> RunOutcome {
        let startedAt = environment.clock.now()
        let run = RunID(at: startedAt)
        let channel = RunChannel(definition.key, run: run, environment: environment)
        return await channel.whileOpen { await self.run(run, startedAt, channel, stop) }
    }

    private func run(
        _ run: RunID,
        _ startedAt: Timestamp,
        _ channel: RunChannel,
        _ stop: StopSignal
    ) async -> RunOutcome {
        let clock = environment.clock
        MetricNames.runsActive.move(by: 1)
        defer { MetricNames.runsActive.move(by: -1) }
        if let scheduledStart { MetricNames.startDelay.observe(max(.zero, startedAt - scheduledStart)) }
        channel.log.log(.info, nil, "run began", ["trigger": trigger.rawValue])
        let selection = Result { try Catalog.streams(of: definition.source, selectedBy: definition.streams) }
        var report = ExtractionReport(
            run: run,
            connection: definition,
            trigger: trigger,
            startedAt: startedAt,
            streams: ((try? selection.get()) ?? []).map { StreamReport(stream: $0.name) }  // its fault is told below
        )
        if skippedSlots > 0 {
            report.skippedSlots = skippedSlots
            channel.log.log(
                .warning,
                nil,
                "slots of the schedule were skipped: the run before took longer",
                ["count": String(skippedSlots)]
            )
        }
        let observer = observer
        let ledger = RunLedger(report, clock: clock) { progress in
            channel.note(progress)
            observer(progress)
        }
        // Set by a failure too, which must not stop the process's other connections.
        let runStop = StopSignal()
        let isOverLimit = StopSignal()
        var error: ExtractorError?
        var failures: [StreamName: ExtractorError] = [:]
        do {
            let selected = try selection.get()
            failures = try await following(stop, as: runStop, isOverLimit) {
                try await extract(selected, run: run, ledger: ledger, log: channel.log, stop: runStop)
            }
            error = failures.values.first { $0.endsRun }
        } catch is CancellationError {
            // Stopped: the report says so.
        } catch let fault {
            error = ExtractorError(fault)
        }
        let conclusion = RunConclusion((try? selection.get()) ?? [], error, failures)  // as above
        let outcome = conclusion.outcome(
            ledger,
            wasStopped: stop.isSet || Task.isCancelled,
            ending: stop.isSet ? desk?.ending : nil,
            limit: isOverLimit.isSet ? runLimit : nil
        )
        channel.log.log(error == nil ? .info : .error, nil, "run ended", Self.facts(of: outcome))
        MetricNames.runs.add(1, outcome.report.status.rawValue)
        await publish(outcome.report)
        return outcome
    }

    private static func facts(of outcome: RunOutcome) -> [String: String] {
        let report = outcome.report
        var facts = ["status": report.status.rawValue, "requests": String(report.requests)]
        facts["records"] = String(report.streams.reduce(0) { $0 + $1.records })
        facts["skipped"] = String(report.streams.reduce(0) { $0 + ($1.skipped ?? 0) })
        if let error = outcome.error { facts["error.message"] = error.message }
        return facts
    }

    /// Runs the body while one signal, or the end of the run's time, sets the other.
    private func following<Result: Sendable>(
        _ stop: StopSignal,
        as runStop: StopSignal,
        _ isOverLimit: StopSignal,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                await stop.wait()
                if stop.isSet { runStop.set() }
                return nil
            }
            if let runLimit {
                let clock = environment.clock
                let rest = max(.zero, runLimit - spent)
                group.addTask {
                    // It throws when the run has ended before.
                    guard (try? await clock.sleep(for: rest)) != nil, !Task.isCancelled else { return nil }
                    isOverLimit.set()
                    runStop.set()
                    return nil
                }
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            while let next = try await group.next() {
                if let result = next { return result }
            }
            throw CancellationError()
        }
    }

    /// - Returns: the streams that failed, or are refused.
    private func extract(
        _ selected: [StreamDefinition],
        run: RunID,
        ledger: RunLedger,
        log: RunLog,
        stop: StopSignal
    ) async throws -> [StreamName: ExtractorError] {
        if let warning = definition.auth.warning { log.log(.warning, nil, warning) }
        let transport = environment.transport
        // First the fence, then the bookmarks: what an older run published before it is seen.
        let identity = environment.namespace.transactionalID(of: definition.key)
        let producer = try await transport.producer(.transactional(id: identity))
        do {
            Failpoint.producerTaken.hit()
            let saved = try await BookmarkStore(transport, environment.namespace).saved(for: definition.key)
            Failpoint.bookmarkRead.hit()
            let failures = try await read(selected, saved, run: run, producer, ledger: ledger, log: log, stop: stop)
            await producer.close()
            return failures
        } catch {
            await producer.close()
            throw error
        }
    }

    private func read(
        _ selected: [StreamDefinition],
        _ saved: SavedState,
        run: RunID,
        _ producer: any MessageProducer,
        ledger: RunLedger,
        log: RunLog,
        stop: StopSignal
    ) async throws -> [StreamName: ExtractorError] {
        let clock = environment.clock
        let publisher = Publisher(producer, clock: clock, stop: stop)
        let messages = PageMessages(
            definition.key,
            namespace: environment.namespace,
            partitions: environment.transport.partitions,
            run: run
        )
        let board = StreamBoard(
            definition.key,
            saved,
            namespace: environment.namespace,
            partition: environment.transport.partition(of: definition.key),
            messages: messages,
            publisher: publisher
        )
        let startedAt = clock.now()
        try await board.change { begin(&$0, at: startedAt) }
        ledger.noteCommands(of: board.connectionState)
        desk?.open(board, ledger)
        let result: Result<[StreamName: ExtractorError], any Error>
        do {
            let told = ToldWaits(clock: clock)
            let session = try session(publisher, ledger, WaitLog(log), told, stop)
            told.takeUp(board.connectionState, in: session)
            let context = RunContext(
                definition: definition,
                messages: messages,
                session: session,
                board: board,
                ledger: ledger,
                log: log,
                clock: clock,
                stop: stop
            )
            let reads = try reads(context, saved)
            result = await Self.result {
                try await watching(session, told, board) { try await reads.run(selected) }
            }
            // Where one of these cannot be written the next run writes it, or is told anew.
            try? await told.write(of: session, in: board)
            if let end = await session.loginEnd { try? await board.change { $0.loginEndsAt = end } }
        } catch {
            result = .failure(error)
        }
        // Where it cannot be written the run counts as broken off, and the streams' own error is the one to tell.
        try? await conclude(board, spent: spent + (clock.now() - startedAt), stop)
        ledger.noteCommands(of: board.connectionState)
        return try result.get()
    }

    private static func result<Value>(_ body: () async throws -> Value) async -> Result<Value, any Error> {
        do { return .success(try await body()) } catch { return .failure(error) }
    }

    /// What the state tells from the run's begin on.
    private func begin(_ state: inout ConnectionState, at now: Timestamp) {
        if let scheduledStart { state.lastScheduledStart = scheduledStart }
        guard desk != nil else { return }
        state.unfinishedSince = now
        if spent == .zero { state.unfinishedSeconds = nil }
    }

    /// Has the state tell that the run has ended.
    private func conclude(_ board: StreamBoard, spent: Duration, _ stop: StopSignal) async throws {
        if let desk { return try await desk.conclude(definition, spent: spent, at: environment.clock.now()) }
        // What a person asked of a service is done by a run of one's own, too, where that comes to its end.
        guard !stop.isSet, board.connectionState.askedRun != nil else { return }
        try await board.change { $0.askedRun = nil }
    }

    private func session(
        _ publisher: Publisher,
        _ ledger: RunLedger,
        _ waits: WaitLog,
        _ told: ToldWaits,
        _ stop: StopSignal
    ) throws -> ZendeskSession {
        try environment.access.session(
            definition,
            policy: environment.access.policy,
            stop: stop,
            keeper: CredentialKeeper(definition.key, environment: environment, publisher: publisher)
        ) { stream, event in
            ledger.note(stream, event)
            waits.note(stream, event)
            told.note(event)
        }
    }

    private func reads(_ context: RunContext, _ saved: SavedState) throws -> RunReads {
        RunReads(
            context: context,
            saved: saved,
            parking: try ParkingRule(definition, trigger),
            intervals: Intervals(definition, trigger),
            laneLimit: laneLimit,
            slots: trigger == .once ? nil : ScheduleGrid(of: definition),
            largestPage: environment.largestPage
        )
    }

    /// Has stalls reported, and waits kept, while the body runs.
    private func watching<Result: Sendable>(
        _ session: ZendeskSession,
        _ told: ToldWaits,
        _ board: StreamBoard,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await session.watch() }
            group.addTask { await told.keep(of: session, in: board) }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    private func publish(_ report: ExtractionReport) async {
        do {
            let topic = environment.namespace.extractionReports
            let message = try environment.transport.message(topic, definition.key, report)
            try Failpoint.extractionReportPublishing.hit(orFail: MessagingError.atFailpoint("publish"))
            try await environment.reports.publish([message])
            Failpoint.extractionReportPublished.hit()
        } catch {
            environment.logger.warning(
                "the extraction report could not be published",
                metadata: [
                    LogKeys.connection: "\(definition.key)", LogKeys.run: "\(report.run)",
                    LogKeys.error: "\(ExtractorError(error).message)",
                ]
            )
        }
    }
}
