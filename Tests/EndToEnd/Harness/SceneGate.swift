import Foundation
import Synchronization

/// Lets a few scenarios play at a time: each has processes of its own, and timeouts that a crowded machine would meet.
final class SceneGate: Sendable {
    static let shared = SceneGate(places: max(2, ProcessInfo.processInfo.activeProcessorCount * 4))

    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(places: Int) {
        state = Mutex(State(free: places))
    }

    /// Plays in a place, on a thread of its own; waits for one, first come, first served.
    func withPlace(play: () async throws -> Void) async throws {
        await enter()
        defer { leave() }
        try await withTaskExecutorPreference(SceneThread()) { try await play() }
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let hasPlace = state.withLock { state in
                guard state.free == 0 else {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if hasPlace { continuation.resume() }
        }
    }

    /// Gives the place to the one that waits longest.
    private func leave() {
        let next = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return CheckedContinuation<Void, Never>?.none
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
