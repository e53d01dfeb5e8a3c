import Logging
import Messaging
package import Model
package import ServiceRuntime

/// Runs connections: each once, or on its schedule until stopped.
package struct ExtractorService: Sendable {
    private let connections: [ConnectionDefinition]
    private let concurrency: Int
    private let environment: ExtractorEnvironment
    private let laneTime: Duration?
    private let observer: @Sendable (RunProgress) -> Void

    /// - Parameters:
    ///   - concurrency: how many connections run at a time.
    ///   - laneTime: how long ``runOnce(stop:)`` goes on for walks with a request per ticket when all other streams
    ///     have caught up; nil: to their end. Scheduled runs have time until the next one.
    ///   - observer: told after each page and around each wait of every run, from any task.
    package init(
        _ connections: [ConnectionDefinition],
        concurrency: Int = 16,
        environment: ExtractorEnvironment,
        laneTime: Duration? = nil,
        observer: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) {
        self.connections = connections.filter { $0.deletedAt == nil }
        self.concurrency = concurrency
        self.environment = environment
        self.laneTime = laneTime
        self.observer = observer
    }

    /// Runs each connection once.
    /// - Returns: in the connections' order, those left out that were not begun before a stop.
    package func runOnce(stop: StopSignal) async -> [RunOutcome] {
        let gate = Gate(capacity: concurrency)
        let outcomes = await withTaskGroup(of: (Int, RunOutcome?).self) { group in
            for (index, connection) in connections.enumerated() {
                group.addTask { (index, await self.run(connection, .once, nil, LaneLimit(time: laneTime), gate, stop)) }
            }
            var outcomes: [Int: RunOutcome] = [:]
            for await (index, outcome) in group { outcomes[index] = outcome }
            return outcomes
        }
        return outcomes.sorted { $0.key < $1.key }.map(\.value)
    }

    /// What the process should tell its caller about these runs: the code of all, or that only some failed.
    package static func exitCode(of outcomes: [RunOutcome]) -> ExitCode {
        let codes = outcomes.map(\.exitCode)
        let worst = codes.max { $0.severity < $1.severity } ?? .ok
        return worst != .ok && codes.contains(.ok) ? .partial : worst
    }

    /// Runs each connection on its schedule until `stop` is set: runs under way then end at a page boundary.
    package func run(stop: StopSignal) async {
        let gate = Gate(capacity: concurrency)
        await withTaskGroup(of: Void.self) { group in
            for connection in connections {
                group.addTask { await self.follow(connection, gate, stop) }
            }
        }
    }

    private func follow(_ connection: ConnectionDefinition, _ gate: Gate, _ stop: StopSignal) async {
        let clock = environment.clock
        let grid = ScheduleGrid(connection.schedule)
        var last = await lastStart(of: connection)
        while !stop.isSet && !Task.isCancelled {
            let next = grid.next(after: last, now: clock.now()).start
            do {
                try await stop.interrupting { try await clock.sleep(for: max(.zero, next - clock.now())) }
            } catch {
                return  // stopped
            }
            let laneLimit = LaneLimit(end: grid.start(after: next))
            _ = await run(connection, .schedule, next, laneLimit, gate, stop)
            last = next
        }
    }

    private func lastStart(of connection: ConnectionDefinition) async -> Timestamp? {
        do {
            let store = BookmarkStore(environment.transport, environment.namespace)
            return try await store.saved(for: connection.key).state?.lastScheduledStart
        } catch {
            environment.logger.warning(
                "the last scheduled start could not be read; running now",
                metadata: ["pipeline.connection.id": "\(connection.key)"]
            )
            return nil
        }
    }

    /// - Returns: nil when stopped before it began.
    private func run(
        _ connection: ConnectionDefinition,
        _ trigger: ExtractionReport.Trigger,
        _ scheduledStart: Timestamp?,
        _ laneLimit: LaneLimit,
        _ gate: Gate,
        _ stop: StopSignal
    ) async -> RunOutcome? {
        let run = ConnectionRun(
            connection,
            environment: environment,
            trigger: trigger,
            scheduledStart: scheduledStart,
            laneLimit: laneLimit,
            observer: observer
        )
        let outcome = try? await gate.pass {  // throws only when cancelled before it began
            stop.isSet ? nil : await run.run(stop: stop)
        }
        guard let outcome = outcome ?? nil else { return nil }
        environment.logger.info(
            "extraction run ended",
            metadata: [
                "pipeline.connection.id": "\(connection.key)", "pipeline.run": "\(outcome.report.run)",
                "pipeline.status": "\(outcome.report.status.rawValue)",
            ]
        )
        return outcome
    }
}
