import Logging
import Messaging
package import Model
package import ServiceRuntime

/// Runs connections: each once, or those that its group gives it on their schedules until stopped.
package struct ExtractorService: Sendable {
    let environment: ExtractorEnvironment
    let settings: ServiceSettings
    let observer: @Sendable (RunProgress) -> Void

    /// - Parameter observer: told after each page and around each wait of every run, from any task.
    package init(
        environment: ExtractorEnvironment,
        settings: ServiceSettings = ServiceSettings(),
        observer: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) {
        self.environment = environment
        self.settings = settings
        self.observer = observer
    }

    /// Runs connections of this process's own choice once each, whatever a group says; commands that wait for an extractor
    /// are obeyed before.
    /// - Parameter laneTime: how long it goes on for walks with a request per ticket when all other streams have caught
    ///   up; nil: to their end.
    /// - Returns: in the connections' order, those left out that were not begun before a stop.
    package func runOnce(
        _ connections: [ConnectionDefinition],
        laneTime: Duration? = nil,
        stop: StopSignal
    ) async -> [RunOutcome] {
        await PendingCommands(environment).obey(for: connections.filter { $0.deletedAt == nil })
        let gate = Gate(capacity: settings.concurrency)
        let limit = LaneLimit(time: laneTime)
        let outcomes = await withTaskGroup(of: (Int, RunOutcome?).self) { group in
            for (index, connection) in connections.enumerated() where connection.deletedAt == nil {
                group.addTask { (index, await self.runOnce(connection, limit, gate, stop)) }
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

    /// Joins the group of the namespace's extractors and runs the connections of the partitions that it gets, until `stop`
    /// is set: runs under way then end at a page boundary, and the partitions go to others.
    /// - Throws: `MessagingError` where the log refuses the group.
    package func run(stop: StopSignal) async throws {
        let namespace = environment.namespace
        let topics = [namespace.connections, namespace.commands]
        let consumer = try await environment.transport.consumer(group: namespace.extractorGroup, topics: topics)
        let loop = ServiceLoop(self, consumer, stop)
        do {
            try await loop.run()
            await consumer.close()
        } catch {
            await consumer.close()
            throw error
        }
    }

    /// - Returns: nil when stopped before it began.
    private func runOnce(
        _ connection: ConnectionDefinition,
        _ laneLimit: LaneLimit,
        _ gate: Gate,
        _ stop: StopSignal
    ) async -> RunOutcome? {
        let run = ConnectionRun(
            connection,
            environment: environment,
            trigger: .once,
            laneLimit: laneLimit,
            observer: observer
        )
        let outcome = try? await gate.pass {  // throws only when cancelled before it began
            stop.isSet ? nil : await run.run(stop: stop)
        }
        guard let outcome = outcome ?? nil else { return nil }
        environment.logger.runEnded(outcome)
        return outcome
    }
}

/// How an extractor process works.
package struct ServiceSettings: Sendable {
    /// How many connections run at a time.
    package var concurrency: Int
    /// After this a run ends at a page boundary, and the next slot goes on; nil: never.
    package var runLimit: Duration?
    /// How long a run keeps its place while others wait for one.
    package var turn: Duration
    /// How long the group waits for a member that is not heard of: no run begins that long after the last poll.
    package var sessionTimeout: Duration
    /// How long runs have to come to their page's end when the process is to end. Then they are cancelled, so that it ends
    /// within thirty seconds whatever does not answer.
    package var grace: Duration
    /// Told when the group has said what is this process's.
    package var readiness: Readiness
    /// Which connections this process may run at all.
    package var selects: @Sendable (ConnectionKey) -> Bool

    package init(
        concurrency: Int = 16,
        runLimit: Duration? = nil,
        turn: Duration = .seconds(120),
        sessionTimeout: Duration = .seconds(10),
        grace: Duration = .seconds(15),
        readiness: Readiness = Readiness([]),
        selects: @escaping @Sendable (ConnectionKey) -> Bool = { _ in true }
    ) {
        self.concurrency = concurrency
        self.runLimit = runLimit
        self.turn = turn
        self.sessionTimeout = sessionTimeout
        self.grace = grace
        self.readiness = readiness
        self.selects = selects
    }
}

extension Logger {
    /// One line per run.
    func runEnded(_ outcome: RunOutcome) {
        let report = outcome.report
        info(
            "extraction run ended",
            metadata: [
                LogKeys.connection: "\(report.tenant)/\(report.connection)", LogKeys.run: "\(report.run)",
                LogKeys.status: "\(report.status.rawValue)",
            ]
        )
    }
}
