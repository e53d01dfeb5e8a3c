import Catalog
import Model
import Synchronization

/// Says in the run's log what a stream waits for, once per wait: those who wait for the same are told of together.
final class WaitLog: Sendable {
    private let log: RunLog
    private let told = Mutex<[StreamName: RunProgress.Wait]>([:])

    init(_ log: RunLog) {
        self.log = log
    }

    func note(_ stream: StreamName, _ event: ZendeskSession.Event) {
        switch event {
        case .waits(let wait?):
            let isNew = told.withLock { told in
                defer { told[stream] = wait }
                guard let before = told[stream], before.reason == wait.reason else { return true }
                // Side by side they differ by the moment each adds of its own.
                return wait.until - before.until > .seconds(1)
            }
            if isNew { log.log(.info, stream, "waiting", ["reason": wait.reason, "until": wait.until.formatted()]) }
        case .throttled(let status, let bucket, let until):
            log.log(
                .info,
                stream,
                "Zendesk asks for a pause",
                ["http.response.status_code": String(status), "bucket": bucket.rawValue, "until": until.formatted()]
            )
        case .queues(let other?):
            log.log(.debug, stream, "waiting for another stream of the same budget", ["behind": other.rawValue])
        case .stalled(let since):
            log.log(.warning, stream, "no progress", ["since": since.formatted()])
        case .waits(nil), .queues(nil), .requested: break
        }
    }
}
