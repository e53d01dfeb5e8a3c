package import Catalog
package import Logging
package import Messaging
package import Model
package import ServiceRuntime

/// Consumes the record topics and loads them: deliveries become batches, batches rows and reports.
///
/// One task does it all, one batch at a time: while it loads it does not receive, so that what is in memory stays below
/// ``BatchSettings/bytes`` and one reception.
package struct LoaderService: Sendable {
    let transport: any Transport
    let namespace: Namespace
    let destination: @Sendable (ConnectionDefinition) throws -> any Destination
    let settings: BatchSettings
    let streams: [StreamDefinition]
    let clock: any WallClock
    let logger: Logger
    let readiness: Readiness
    let observer: @Sendable (LoaderProgress) -> Void

    /// - Parameters:
    ///   - destination: the destination of a connection. It may be the same for several, and stays its maker's to close.
    ///   - streams: the streams whose topics are followed.
    ///   - readiness: told of the assignment and of the destinations.
    ///   - observer: told what happens, from the loader's own task.
    package init(
        transport: any Transport,
        namespace: Namespace,
        destination: @escaping @Sendable (ConnectionDefinition) throws -> any Destination,
        settings: BatchSettings = BatchSettings(),
        streams: [StreamDefinition] = Catalog.streams,
        clock: any WallClock,
        logger: Logger,
        readiness: Readiness = Readiness([]),
        observer: @escaping @Sendable (LoaderProgress) -> Void = { _ in }
    ) {
        self.transport = transport
        self.namespace = namespace
        self.destination = destination
        self.settings = settings
        self.streams = streams
        self.clock = clock
        self.logger = logger
        self.readiness = readiness
        self.observer = observer
    }

    /// The partition that a tenant's records are in, of every topic.
    func partition(of tenant: TenantID) -> Int32 { transport.partition(of: tenant) }

    /// Loads until the condition holds or `stop` is signalled. Everything that it counts is durable when it returns.
    ///
    /// A transport that does not answer is waited for, however long, unless all there is left to do is to read the log
    /// to its end.
    /// - Throws: ``LoaderError/upgradeFirst(type:partition:offset:)`` before an event that this version does not know,
    ///   all before it loaded; `MessagingError` when the transport fails for good. A failing destination does not throw:
    ///   its connection is set aside and the summary names it.
    package func run(
        until condition: StopCondition,
        stop: StopSignal = StopSignal()
    ) async throws -> LoaderSummary {
        var summary = LoaderSummary()
        while true {
            let run = LoaderRun(self, condition, stop)
            run.summary = summary
            do {
                try await run.load()
                await run.close()
                return run.summary
            } catch let error as MessagingError {
                await run.close()
                guard case .retry(let pause) = error.recovery, condition.isLasting, !stop.isSet else { throw error }
                summary = run.summary
                try await waitForTransport(error, pause, stop)
            } catch {
                await run.close()
                throw error
            }
            if stop.isSet { return summary }
        }
    }

    /// What was in hand is put down: it comes again, and what of it was loaded is recognised.
    private func waitForTransport(_ error: MessagingError, _ pause: Duration, _ stop: StopSignal) async throws {
        readiness.unmet(.assignment, because: error.message)
        logger.warning(
            "the transport does not answer; joining the group anew",
            metadata: [LogKeys.error: "\(error.message)"]
        )
        let clock = clock
        do {
            try await stop.interrupting { try await clock.sleep(for: pause) }
        } catch is CancellationError {
            try Task.checkCancellation()
        }
    }
}
