import Model
import Synchronization

/// Keeps a run's report up to date while its streams run side by side, and tells an observer.
final class RunLedger: Sendable {
    private struct State {
        var report: ExtractionReport
        var waits: [StreamName: RunProgress.Wait] = [:]
        /// Since when at least one stream waits for the rate limit.
        var throttledSince: Timestamp?
    }

    private let state: Mutex<State>
    private let clock: any WallClock
    private let observer: @Sendable (RunProgress) -> Void

    init(_ report: ExtractionReport, clock: any WallClock, observer: @escaping @Sendable (RunProgress) -> Void) {
        state = Mutex(State(report: report))
        self.clock = clock
        self.observer = observer
    }

    var report: ExtractionReport { state.withLock { $0.report } }

    /// Changes a stream's report and tells the observer.
    func update(_ stream: StreamName, _ change: (inout StreamReport) -> Void) {
        tell { state in
            if let index = state.report.streams.firstIndex(where: { $0.stream == stream }) {
                change(&state.report.streams[index])
            }
        }
    }

    /// A read of the stream begins where the bookmark says.
    func begin(_ stream: StreamName, at bookmark: Bookmark) {
        update(stream) { report in
            report.status = .running
            // Of the first read, where a run has several of a stream.
            if report.pages == 0 { report.bookmarkBefore = bookmark.position }
            report.bookmarkAfter = bookmark.position
            report.asOf = bookmark.asOf
        }
    }

    func note(_ stream: StreamName, _ event: ZendeskSession.Event) {
        switch event {
        case .waits(let wait): waits(stream, wait)
        case .throttled, .queues, .stalled: break
        case .requested(let bytes):
            state.withLock { state in
                state.report.requests += 1
                guard let index = state.report.streams.firstIndex(where: { $0.stream == stream }) else { return }
                state.report.streams[index].requests += 1
                state.report.streams[index].bytes += bytes
            }
        }
    }

    /// A stream's wait begins, or is over.
    func waits(_ stream: StreamName, _ wait: RunProgress.Wait?) {
        let now = clock.now()
        tell { state in
            state.waits[stream] = wait
            let isThrottled = state.waits.values.contains { $0.isRateLimit }
            if isThrottled, state.throttledSince == nil { state.throttledSince = now }
            if !isThrottled, let since = state.throttledSince {
                state.report.throttledSeconds += (now - since).fractionalSeconds
                state.throttledSince = nil
            }
        }
    }

    /// The commands that the connection's state tells of.
    func noteCommands(of connection: ConnectionState) {
        let ids = connection.commands?.map(\.id)
        guard ids != report.commands else { return }
        tell { $0.report.commands = ids }
    }

    /// - Parameter failure: what ended the whole run.
    func finish(_ status: ExtractionReport.Status, _ failure: RunFailure? = nil) -> ExtractionReport {
        let now = clock.now()
        tell { state in
            state.report.status = status
            state.report.completedAt = now
            state.report.error = failure
            state.waits = [:]
        }
        return report
    }

    private func tell(_ change: (inout State) -> Void) {
        let progress = state.withLock { state in
            change(&state)
            return RunProgress(report: state.report, waiting: state.waits.values.min { $0.until < $1.until })
        }
        observer(progress)
    }
}
