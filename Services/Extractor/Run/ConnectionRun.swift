import Catalog
import Foundation
import Logging
import Messaging
package import Model
package import ServiceRuntime

/// One run of a connection: from its bookmarks to published pages, streams side by side, and a report at the end.
///
/// A crash at any point repeats at most one page of each stream. A stop ends it at a page boundary.
package struct ConnectionRun: Sendable {
    /// Streams without which an account is of no use: a refusal is a failure. Others are parked with a hint.
    package static let essential: Set<StreamName> = ["tickets", "ticket_metrics", "users", "organizations", "groups"]

    private let definition: ConnectionDefinition
    private let environment: ExtractorEnvironment
    private let trigger: ExtractionReport.Trigger
    private let scheduledStart: Timestamp?
    private let observer: @Sendable (RunProgress) -> Void

    /// - Parameters:
    ///   - scheduledStart: kept as the connection's last scheduled start; nil for runs outside of the schedule.
    ///   - observer: told after each page and around each wait, from any task.
    package init(
        _ definition: ConnectionDefinition,
        environment: ExtractorEnvironment,
        trigger: ExtractionReport.Trigger,
        scheduledStart: Timestamp? = nil,
        observer: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) {
        self.definition = definition
        self.environment = environment
        self.trigger = trigger
        self.scheduledStart = scheduledStart
        self.observer = observer
    }

    /// Runs until every stream has caught up or failed, or `stop` is set, or the task is cancelled. Publishes the
    /// report last.
    package func run(stop: StopSignal) async -> RunOutcome {
        let startedAt = environment.clock.now()
        let run = RunID(at: startedAt, randomness: (.random(in: 0...UInt64.max), .random(in: 0...UInt64.max)))
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
        channel.log.log(.info, nil, "run began", ["trigger": trigger.rawValue])
        let selection = Result { try Catalog.streams(of: definition.source, selectedBy: definition.streams) }
        let report = ExtractionReport(
            run: run,
            connection: definition,
            trigger: trigger,
            startedAt: startedAt,
            streams: ((try? selection.get()) ?? []).map { StreamReport(stream: $0.name) }  // its fault is told below
        )
        let observer = observer
        let ledger = RunLedger(report, clock: clock) { progress in
            channel.note(progress)
            observer(progress)
        }
        // Set by a failure too, which must not stop the process's other connections.
        let runStop = StopSignal()
        var error: ExtractorError?
        var failures: [StreamName: ExtractorError] = [:]
        do {
            let selected = try selection.get()
            failures = try await following(stop, as: runStop) {
                try await extract(selected, run: report.run, ledger: ledger, stop: runStop)
            }
            error = failures.values.first { $0.endsRun }
        } catch is CancellationError {
            // Stopped: the report says so.
        } catch let fault {
            error = ExtractorError(fault)
        }
        let outcome = conclude(ledger, error, failures, wasStopped: stop.isSet || Task.isCancelled)
        channel.log.log(.info, nil, "run ended", ["status": outcome.report.status.rawValue])
        await publish(outcome.report)
        return outcome
    }

    /// Runs the body while one signal sets the other.
    private func following<Result: Sendable>(
        _ stop: StopSignal,
        as runStop: StopSignal,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                await stop.wait()
                if stop.isSet { runStop.set() }
                return nil
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            while let next = try await group.next() {
                if let result = next { return result }
            }
            throw CancellationError()
        }
    }

    /// - Returns: the streams that failed.
    private func extract(
        _ selected: [StreamDefinition],
        run: RunID,
        ledger: RunLedger,
        stop: StopSignal
    ) async throws -> [StreamName: ExtractorError] {
        let transport = environment.transport
        // First the fence, then the bookmarks: what an older run published before it is seen.
        let identity = environment.namespace.transactionalID(of: definition.key)
        let producer = try await transport.producer(.transactional(id: identity))
        do {
            let saved = try await BookmarkStore(transport, environment.namespace).saved(for: definition.key)
            try await saveStart(saved.state, producer)
            let failures = try await read(selected, saved, run: run, producer, ledger: ledger, stop: stop)
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
        stop: StopSignal
    ) async throws -> [StreamName: ExtractorError] {
        let clock = environment.clock
        let session = try environment.access.session(definition, policy: environment.access.policy, stop: stop) {
            stream,
            event in
            ledger.note(stream, event)
        }
        let publisher = Publisher(producer, clock: clock, stop: stop)
        let messages = PageMessages(
            definition.key,
            namespace: environment.namespace,
            partitions: environment.transport.partitions,
            run: run
        )
        var failures: [StreamName: ExtractorError] = [:]
        for stream in selected where saved.unreadable.contains(stream.name) {
            failures[stream.name] = .bookmarkUnreadable(stream.name.rawValue)
        }
        let readable = selected.filter { failures[$0.name] == nil }
        let definition = definition
        try await withThrowingTaskGroup(of: [StreamName: ExtractorError].self) { group in
            for planned in ReadPlan.reads(readable, saved.bookmarks, largestPage: environment.largestPage) {
                var read = try StreamRead(
                    planned,
                    definition: definition,
                    bookmarks: saved.bookmarks,
                    messages: messages,
                    session: session,
                    publisher: publisher,
                    ledger: ledger,
                    clock: clock,
                    stop: stop
                )
                let names = planned.streams.map(\.name)
                group.addTask {
                    do {
                        try await read.run()
                        return [:]
                    } catch is CancellationError {
                        return [:]
                    } catch {
                        let error = ExtractorError(error)
                        // The other streams would fail in the same way.
                        if error.endsRun { stop.set() }
                        return Dictionary(names.map { ($0, error) }) { first, _ in first }
                    }
                }
            }
            for try await failed in group { failures.merge(failed) { first, _ in first } }
        }
        return failures
    }

    private func saveStart(_ state: ConnectionState?, _ producer: any MessageProducer) async throws {
        guard let scheduledStart else { return }
        var state = state ?? ConnectionState()
        state.lastScheduledStart = scheduledStart
        let message = Message(
            topic: environment.namespace.bookmarks,
            partition: partition,
            key: MessageKey.state(definition.key),
            value: Array(try JSONEncoder().encode(state))[...]
        )
        try await producer.publish([message])
    }

    private var partition: Int32 {
        Partitioner.partition(of: definition.tenant, partitions: environment.transport.partitions)
    }

    /// Brings the streams' reports to their end.
    private func conclude(
        _ ledger: RunLedger,
        _ error: ExtractorError?,
        _ failures: [StreamName: ExtractorError],
        wasStopped: Bool
    ) -> RunOutcome {
        var counted: [StreamName: ExtractorError] = [:]
        for stream in ledger.report.streams where stream.status != .caughtUp {
            let cause = failures[stream.stream] ?? error
            let fate = Self.fate(of: stream.stream, cause)
            if let cause, fate == .failed { counted[stream.stream] = cause }
            ledger.update(stream.stream) { report in
                report.status = fate
                report.reason = cause?.message
                report.hint = cause?.hint
            }
        }
        let hasRead = ledger.report.streams.contains { $0.status == .caughtUp }
        let status: ExtractionReport.Status =
            switch error {
            case .takenOver: .stopped
            case .some: .failed
            case nil where counted.isEmpty: wasStopped ? .stopped : .succeeded
            case nil: hasRead ? .partial : .failed
            }
        return RunOutcome(report: ledger.finish(status), error: error, failures: counted)
    }

    /// What becomes of a stream that has not caught up.
    private static func fate(of stream: StreamName, _ cause: ExtractorError?) -> StreamReport.Status {
        switch cause {
        case nil, .takenOver: .continues
        case .permission where !essential.contains(stream): .parked
        case .some: .failed
        }
    }

    private func publish(_ report: ExtractionReport) async {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            let message = Message(
                topic: environment.namespace.extractionReports,
                partition: partition,
                key: "\(definition.key)",
                value: Array(try encoder.encode(report))[...]
            )
            try await environment.reports.publish([message])
        } catch {
            environment.logger.warning(
                "the extraction report could not be published",
                metadata: [
                    "pipeline.connection.id": "\(definition.key)", "pipeline.run": "\(report.run)",
                    "error.message": "\(ExtractorError(error).message)",
                ]
            )
        }
    }
}
