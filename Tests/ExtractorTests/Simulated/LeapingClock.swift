import Model
import Synchronization

/// The machine's time, which leaps forward instead of letting anyone sleep: the simulator and the extractor share one,
/// so that a wait of an hour takes no time and still has to be kept.
final class LeapingClock: WallClock {
    private let ahead = Mutex(Duration.zero)
    private let base: any WallClock

    init(_ base: any WallClock) {
        self.base = base
    }

    func now() -> Timestamp { base.now() + ahead.withLock { $0 } }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        leap(to: now() + duration)
        await Task.yield()
    }

    func leap(by duration: Duration) { leap(to: now() + duration) }

    private func leap(to time: Timestamp) {
        let missing = time - base.now()
        ahead.withLock { $0 = max($0, missing) }
    }
}
