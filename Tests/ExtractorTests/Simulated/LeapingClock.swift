import Model
import ServiceRuntime
import Synchronization

/// The machine's time, which leaps forward instead of letting anyone sleep: the simulator and the extractor share one,
/// so that a wait of an hour takes no time and still has to be kept.
final class LeapingClock: WallClock {
    private struct State {
        var ahead = Duration.zero
        /// Sleeps longer than this wait for the others' leaps to get there.
        var longestLeap: Duration?
        var sleepers: [(until: Timestamp, signal: StopSignal)] = []
    }

    private let state = Mutex(State())
    private let base: any WallClock

    init(_ base: any WallClock) {
        self.base = base
    }

    func now() -> Timestamp { base.now() + state.withLock { $0.ahead } }

    /// From now on a longer sleep than this does not leap: it ends when shorter ones have brought the time to its end.
    func leapsAtMost(_ longest: Duration) {
        state.withLock { $0.longestLeap = longest }
    }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        let until = now() + duration
        let signal = StopSignal()
        let waits = state.withLock { state in
            guard let longest = state.longestLeap, duration > longest else { return false }
            state.sleepers.append((until, signal))
            return true
        }
        if waits {
            await signal.wait()
            try Task.checkCancellation()
        } else {
            leap(to: until)
            await Task.yield()
        }
    }

    func leap(by duration: Duration) { leap(to: now() + duration) }

    private func leap(to time: Timestamp) {
        let now = base.now()
        let woken = state.withLock { state in
            state.ahead = max(state.ahead, time - now)
            let reached = now + state.ahead
            defer { state.sleepers.removeAll { $0.until <= reached } }
            return state.sleepers.filter { $0.until <= reached }
        }
        for sleeper in woken { sleeper.signal.set() }
    }
}
