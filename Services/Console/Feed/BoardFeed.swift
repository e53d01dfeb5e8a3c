package import Logging
package import Messaging
package import Model
package import ServiceRuntime
import Synchronization

/// Follows the topics that say how connections stand, and holds the board. Everything it knows it has from them: after a
/// restart it reads them again.
package final class BoardFeed: Sendable {
    /// Without news, what is wrong is judged anew after this: some of it is a matter of time.
    private static let longestTrust = Duration.seconds(10)

    private struct State {
        var board = Board()
        var alerts = AlertBook()
        var version = 0
        /// Every topic was read to its end once: what comes from then on is new.
        var hasBeenRead = false
        /// New, and not told yet: a reading may break off.
        var events: [BoardEvent] = []
        var hasNews = false
        var isCaughtUp = false
        /// When it was judged last what is wrong.
        var judgedAt: Timestamp?
        var next: [TopicPartition: Int64] = [:]
        var listeners: [Int: AsyncStream<Int>.Continuation] = [:]
        var nextListener = 0
    }

    let transport: any Transport
    let namespace: Namespace
    private let settings: BoardSettings
    private let pause: Duration
    private let clock: any WallClock
    private let logger: Logger
    private let findings: @Sendable () -> [Finding]
    private let observer: @Sendable ([BoardEvent]) -> Void
    private let keeper: @Sendable (AlertBook) -> Void
    private let state: Mutex<State>

    /// - Parameters:
    ///   - pause: readings are at least so far apart, and with them the news of changes; a second, or more where a reading
    ///     is dear, as on a cluster.
    ///   - alerts: those that were told before.
    ///   - findings: what others find wrong beside the board, such as a webhook that does not answer.
    ///   - observer: told what is new after each reading, once the topics' ends were reached for the first time; from the
    ///     task that reads. Alerts that are open then, and not among `alerts`, are new.
    ///   - keeper: told after each reading, and after the observer, which alerts there are.
    package init(
        transport: any Transport,
        namespace: Namespace,
        settings: BoardSettings = BoardSettings(),
        pause: Duration = .seconds(1),
        clock: any WallClock,
        logger: Logger,
        alerts: AlertBook = AlertBook(),
        findings: @escaping @Sendable () -> [Finding] = { [] },
        observer: @escaping @Sendable ([BoardEvent]) -> Void = { _ in },
        keeper: @escaping @Sendable (AlertBook) -> Void = { _ in }
    ) {
        self.transport = transport
        self.namespace = namespace
        self.settings = settings
        self.pause = max(.seconds(1), pause)
        self.clock = clock
        self.logger = logger
        self.findings = findings
        self.observer = observer
        self.keeper = keeper
        state = Mutex(State(alerts: alerts))
    }

    /// All that is known now.
    package var snapshot: BoardSnapshot {
        state.withLock { state in
            BoardSnapshot(board: state.board, alerts: state.alerts, settings: settings, version: state.version)
        }
    }

    /// True once the topics' ends, as they were at the start, have been reached, as long as the transport answers.
    package var isCaughtUp: Bool { state.withLock { $0.isCaughtUp } }

    /// The version of each snapshot that differs from the one before: at most one a second, and of several that a slow
    /// reader has missed the newest. It ends when the reader does, or the feed.
    package func changes() -> AsyncStream<Int> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = continuation
            return state.nextListener
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }

    /// Reads on until `stop`. A transport that does not answer is asked again.
    package func run(stop: StopSignal) async {
        while !stop.isSet {
            do {
                try await readOn()
            } catch is CancellationError {
                break
            } catch {
                state.withLock { $0.isCaughtUp = false }
                logger.warning("the topics cannot be read", metadata: [LogKeys.error: "\(Self.words(error))"])
            }
            // It throws when the signal is set, which the loop sees.
            guard (try? await stop.interrupting { try await self.clock.sleep(for: self.pause) }) != nil else { break }
        }
        let listeners = state.withLock { state in
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }

    /// Reads every topic on to its end. One caller at a time.
    package func readOn() async throws {
        for topic in topics {
            let next = state.withLock { $0.next }.filter { $0.key.topic == topic }
            let starts = Dictionary(next.map { ($0.key.partition, $0.value) }, uniquingKeysWith: { first, _ in first })
            // An open transaction is not waited for: what follows it is read next time.
            let reader = try await transport.decidedReader(of: topic, partitions: nil, from: starts)
            try await reader.whileOpen {
                while let deliveries = try await reader.next(atMost: 1000) {
                    take(deliveries.map { ($0, BoardFact($0, in: namespace)) })
                }
            }
        }
        conclude()
    }

    private var topics: [String] {
        [
            namespace.connections, namespace.bookmarks, namespace.extractionReports, namespace.progress,
            namespace.loadingReports, namespace.rejected,
        ]
    }

    private func take(_ facts: [(delivery: Delivery, fact: BoardFact?)]) {
        state.withLock { state in
            for (delivery, fact) in facts {
                state.next[delivery.topicPartition] = delivery.offset + 1
                guard let fact, state.board.take(fact, at: delivery.timestamp) else { continue }
                state.hasNews = true
                if state.hasBeenRead, let event = BoardEvent(fact) { state.events.append(event) }
            }
        }
    }

    /// Every topic has been read to its end.
    private func conclude() {
        let changes = judge(at: clock.now())
        let (events, listeners, version, alerts) = state.withLock { state in
            let isChanged = state.hasNews || !changes.isEmpty || !state.isCaughtUp
            let events = state.events + changes.map(BoardEvent.alert)
            state.events = []
            state.hasNews = false
            state.hasBeenRead = true
            state.isCaughtUp = true
            if isChanged { state.version += 1 }
            return (events, isChanged ? Array(state.listeners.values) : [], state.version, state.alerts)
        }
        if !events.isEmpty { observer(events) }
        keeper(alerts)
        for listener in listeners { listener.yield(version) }
    }

    /// What is wrong now that was not, and what is no more. The board is not held up meanwhile.
    private func judge(at now: Timestamp) -> [AlertBook.Change] {
        let board = state.withLock { state -> Board? in
            let isDue = state.judgedAt.map { now - $0 >= Self.longestTrust } ?? true
            guard state.hasNews || isDue else { return nil }
            state.board.forget(at: now)
            state.judgedAt = now
            return state.board
        }
        guard let board else { return [] }
        let all = AlertRules(settings).findings(in: board, at: now) + findings()
        return state.withLock { $0.alerts.take(all, at: now) }
    }

    private static func words(_ error: any Error) -> String {
        (error as? any ExplainedError)?.message ?? String(describing: type(of: error))
    }
}
