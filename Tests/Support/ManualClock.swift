package import Model
import Synchronization

/// A clock that stands still until a test advances it; then those whose time has come wake, earliest first.
package final class ManualClock: WallClock {
    private struct Sleeper {
        let until: Timestamp
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Timestamp
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        /// Those who wait until a number of tasks sleep.
        var observers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    /// - Parameter start: 2026-11-20T10:00:00Z unless given.
    package init(at start: Timestamp = Timestamp(seconds: 1_795_168_800)) {
        state = Mutex(State(now: start))
    }

    package func now() -> Timestamp { state.withLock { $0.now } }

    /// How many tasks sleep on this clock.
    package var sleepers: Int { state.withLock { $0.sleepers.count } }

    package func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enter(id, for: duration, continuation)
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// Moves the time on and wakes those whose time has come.
    package func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now = state.now + duration
            let now = state.now
            let due = state.sleepers.filter { $0.value.until <= now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.until < $1.until }
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }

    /// Sets the time, also backwards, as an operator or NTP does; wakes those whose time has come.
    package func set(_ time: Timestamp) {
        advance(by: time - now())
    }

    /// Returns once at least `count` tasks sleep on this clock, so that a test advances it only then.
    package func untilSleeping(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.observers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    private func enter(_ id: Int, for duration: Duration, _ continuation: CheckedContinuation<Void, any Error>) {
        enum Outcome {
            case sleeps([CheckedContinuation<Void, Never>])
            case isDue
            case isCancelled
        }
        let outcome = state.withLock { state -> Outcome in
            if state.cancelled.remove(id) != nil { return .isCancelled }
            guard duration > .zero else { return .isDue }
            state.sleepers[id] = Sleeper(until: state.now + duration, continuation: continuation)
            let count = state.sleepers.count
            let satisfied = state.observers.filter { $0.count <= count }.map(\.continuation)
            state.observers.removeAll { $0.count <= count }
            return .sleeps(satisfied)
        }
        switch outcome {
        case .sleeps(let observers): for observer in observers { observer.resume() }
        case .isDue: continuation.resume()
        case .isCancelled: continuation.resume(throwing: CancellationError())
        }
    }

    private func cancel(_ id: Int) {
        let sleeper = state.withLock { state in
            if let sleeper = state.sleepers.removeValue(forKey: id) { return Optional(sleeper) }
            // The handler may run before the task has gone to sleep.
            state.cancelled.insert(id)
            return nil
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }
}
