/// How long to wait before the next try: doubling, capped. Pure.
struct Backoff: Hashable, Sendable {
    private(set) var attempts = 0

    /// The wait after one more failure: 1 s, 2 s, 4 s, at most a minute.
    mutating func failed() -> Duration {
        attempts += 1
        return .seconds(min(60, 1 << min(attempts - 1, 6)))
    }

    mutating func succeeded() {
        attempts = 0
    }
}
