package import Logging
package import Messaging
package import Model
package import ServiceRuntime
import Synchronization

/// Follows the topics that say how connections stand, and holds the board. Everything it knows it has from them: after a
/// restart it reads them again.
package final class BoardFeed: Sendable {
    /// Readings are at least so far apart, and with them the news of changes.
    private static let pause = Duration.seconds(1)

    private struct State {
        var board = Board()
        var alerts = AlertBook()
        var version = 0
        var isCaughtUp = false
        var next: [TopicPartition: Int64] = [:]
        var listeners: [Int: AsyncStream<Int>.Continuation] = [:]
        var nextListener = 0
    }

    let transport: any Transport
    let namespace: Namespace
    private let settings: BoardSettings
    private let clock: any WallClock
    private let logger: Logger
    private let findings: @Sendable () -> [Finding]
    private let observer: @Sendable ([BoardEvent]) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - findings: what others find wrong beside the board, such as a webhook that does not answer.
    ///   - observer: told what is new after each reading, once the topics' ends were reached for the first time; from the
    ///     task that reads. Alerts that are open then are new.
    package init(
        transport: any Transport,
        namespace: Namespace,
        settings: BoardSettings = BoardSettings(),
        clock: any WallClock,
        logger: Logger,
        findings: @escaping @Sendable () -> [Finding] = { [] },
        observer: @escaping @Sendable ([BoardEvent]) -> Void = { _ in }
    ) {
        self.transport = transport
        self.namespace = namespace
        self.settings = settings
        self.clock = clock
        self.logger = logger
        self.findings = findings
        self.observer = observer
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
            guard (try? await stop.interrupting { try await self.clock.sleep(for: Self.pause) }) != nil else { break }
        }
        let listeners = state.withLock { state in
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }

    /// Reads every topic on to its end. One caller at a time.
    package func readOn() async throws {
        var events: [BoardEvent] = []
        var hasNews = false
        for topic in topics {
            let next = state.withLock { $0.next }.filter { $0.key.topic == topic }
            let starts = Dictionary(next.map { ($0.key.partition, $0.value) }, uniquingKeysWith: { first, _ in first })
            let reader = try await transport.reader(of: topic, partitions: nil, from: starts)
            do {
                while let deliveries = try await reader.next(atMost: 1000) {
                    let facts = deliveries.map { (delivery: $0, fact: BoardFact($0, in: namespace)) }
                    let new = take(facts)
                    events += new.events
                    hasNews = hasNews || new.hasNews
                }
                await reader.close()
            } catch {
                await reader.close()
                throw error
            }
        }
        conclude(events, hasNews: hasNews)
    }

    private var topics: [String] {
        [
            namespace.connections, namespace.bookmarks, namespace.extractionReports, namespace.progress,
            namespace.loadingReports, namespace.rejected,
        ]
    }

    private func take(
        _ facts: [(delivery: Delivery, fact: BoardFact?)]
    ) -> (events: [BoardEvent], hasNews: Bool) {
        state.withLock { state in
            var events: [BoardEvent] = []
            var hasNews = false
            for (delivery, fact) in facts {
                state.next[delivery.topicPartition] = delivery.offset + 1
                guard let fact, state.board.take(fact, at: delivery.timestamp) else { continue }
                hasNews = true
                if state.isCaughtUp, let event = BoardEvent(fact) { events.append(event) }
            }
            return (events, hasNews)
        }
    }

    /// Every topic has been read to its end.
    private func conclude(_ events: [BoardEvent], hasNews: Bool) {
        let now = clock.now()
        let others = findings()
        let (events, listeners, version) = state.withLock { state in
            state.board.forget(at: now)
            let findings = AlertRules(settings).findings(in: state.board, at: now) + others
            let changes = state.alerts.take(findings, at: now)
            let isChanged = hasNews || !changes.isEmpty || !state.isCaughtUp
            state.isCaughtUp = true
            if isChanged { state.version += 1 }
            let listeners = isChanged ? Array(state.listeners.values) : []
            return (events + changes.map(BoardEvent.alert), listeners, state.version)
        }
        if !events.isEmpty { observer(events) }
        for listener in listeners { listener.yield(version) }
    }

    private static func words(_ error: any Error) -> String {
        (error as? any ExplainedError)?.message ?? String(describing: type(of: error))
    }
}

/// Something that has just happened, to be told to others.
package enum BoardEvent: Hashable, Sendable {
    case run(ExtractionReport)
    case load(LoadingReport)
    case alert(AlertBook.Change)

    /// Nil for what is told to nobody.
    init?(_ fact: BoardFact) {
        switch fact {
        case .extraction(let report): self = .run(report)
        // A run's end comes in both topics; the first of them is the new one.
        case .progress(let report) where report.status != .running: self = .run(report)
        case .loading(let report): self = .load(report)
        case .definition, .state, .bookmark, .progress, .rejected: return nil
        }
    }
}
