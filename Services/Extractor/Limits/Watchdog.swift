package import Model

/// Notices streams that get nowhere: told of progress and of the time, it says once per stall which and since when.
/// Waiting for the rate limit, or for one's turn, is no stall.
package struct Watchdog: Sendable {
    /// A stream without progress.
    package struct Stall: Hashable, Sendable {
        package var stream: StreamName
        package var since: Timestamp

        package init(stream: StreamName, since: Timestamp) {
            self.stream = stream
            self.since = since
        }
    }

    private struct Watched {
        var since: Timestamp
        /// Waits under way that are no stall.
        var holds = 0
        var isReported = false
    }

    private let limit: Duration
    private var streams: [StreamName: Watched] = [:]

    /// - Parameter limit: how long a stream may be without progress.
    package init(limit: Duration = .seconds(600)) {
        self.limit = limit
    }

    /// A stream begins; or has got on, which also ends a stall.
    package mutating func progress(_ stream: StreamName, at now: Timestamp) {
        streams[stream, default: Watched(since: now)].since = now
        streams[stream]?.isReported = false
    }

    package mutating func end(_ stream: StreamName) { streams[stream] = nil }

    /// The stream waits for what is no stall, until ``release(_:at:)``.
    package mutating func hold(_ stream: StreamName) { streams[stream]?.holds += 1 }

    package mutating func release(_ stream: StreamName, at now: Timestamp) {
        guard let watched = streams[stream], watched.holds > 0 else { return }
        streams[stream]?.holds -= 1
        // A stall that was there before goes on.
        if watched.holds == 1, !watched.isReported { streams[stream]?.since = now }
    }

    /// The streams that have made no progress for ``limit``, each once per stall.
    package mutating func stalls(at now: Timestamp) -> [Stall] {
        let stalled = streams.filter { !$0.value.isReported && $0.value.holds == 0 && now - $0.value.since >= limit }
        for stream in stalled.keys { streams[stream]?.isReported = true }
        return stalled.map { Stall(stream: $0.key, since: $0.value.since) }.sorted { $0.since < $1.since }
    }
}
