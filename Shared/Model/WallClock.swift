/// The time of day, and waiting for it. Decisions are given times; only drivers hold a clock.
package protocol WallClock: Sendable {
    func now() -> Timestamp
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(for duration: Duration) async throws
}
