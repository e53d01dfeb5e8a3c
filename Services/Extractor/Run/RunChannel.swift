import Foundation
import Logging
import Messaging
package import Model
import ServiceRuntime
import Synchronization

/// Brings a run's log lines and its progress to their topics, beside the run and never in its way: what is said waits
/// in a bounded backlog, and goes out about once a second through the process's producer.
package final class RunChannel: Sendable {
    /// How often it looks for something to publish.
    private static let beat = Duration.seconds(1)

    package let log: RunLog
    private let connection: ConnectionKey
    private let environment: ExtractorEnvironment
    private let backlog: Backlog
    private let progress = Mutex(ProgressPublisher())
    private let hasComplained = Mutex(false)

    private final class Backlog: Sendable {
        let lines = Mutex(LogBacklog())
    }

    package init(_ connection: ConnectionKey, run: RunID, environment: ExtractorEnvironment) {
        let backlog = Backlog()
        self.backlog = backlog
        self.connection = connection
        self.environment = environment
        log = RunLog(connection, run: run, clock: environment.clock, logger: environment.logger) { line in
            backlog.lines.withLock { $0.add(line) }
        }
    }

    /// Takes what the run's ledger tells; returns at once.
    package func note(_ told: RunProgress) {
        progress.withLock { $0.note(told) }
    }

    /// Publishes while the body runs, and what is left when it has ended: its last report stays in `{ns}.progress`.
    package func whileOpen<Result: Sendable>(_ body: () async -> Result) async -> Result {
        let isOver = StopSignal()
        let result = await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.publish(until: isOver) }
            let result = await body()
            isOver.set()
            await group.waitForAll()
            return result
        }
        await publishWhatIsDue()
        return result
    }

    private func publish(until isOver: StopSignal) async {
        while !isOver.isSet, !Task.isCancelled {
            // It ends early when the run does; then the rest is published by who waits for it.
            _ = try? await isOver.interrupting { try await Task.sleep(for: Self.beat) }
            if !isOver.isSet { await publishWhatIsDue() }
        }
    }

    private func publishWhatIsDue() async {
        let now = environment.clock.now()
        let batch = backlog.lines.withLock { $0.take() }
        let lines = batch.told
        let report = progress.withLock { $0.due(at: now) }
        guard !lines.isEmpty || report != nil else { return }
        do {
            let namespace = environment.namespace
            let transport = environment.transport
            var messages = try lines.map { try transport.message(namespace.extractionLogs, connection, $0) }
            if let report { messages.append(try transport.message(namespace.progress, connection, report)) }
            try await environment.reports.publish(messages)
        } catch {
            backlog.lines.withLock { $0.putBack(batch) }
            if report != nil { progress.withLock { $0.putBack() } }
            complain(error)
        }
    }

    /// Once a run: a log that does not answer is told of by others too.
    private func complain(_ error: any Error) {
        let isFirst = hasComplained.withLock { complained in
            defer { complained = true }
            return !complained
        }
        guard isFirst else { return }
        environment.logger.warning(
            "log lines and progress could not be published; the newest are kept and tried again",
            metadata: [
                LogKeys.connection: "\(connection)", LogKeys.error: "\(ExtractorError(error).message)",
            ]
        )
    }
}
