import Synchronization

/// Lets a number of tasks through at a time, the others wait in the order of their coming.
package final class Gate: Sendable {
    private struct State {
        var free: Int
        var waiting: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
        var nextID = 0
        /// Cancelled before they began to wait.
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    package init(capacity: Int = 1) {
        state = Mutex(State(free: max(1, capacity)))
    }

    /// Runs the body inside; leaves however it ends.
    /// - Throws: what the body throws; `CancellationError` when cancelled while waiting.
    package func pass<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                join(id, continuation)
            }
        } onCancel: {
            let waiter = state.withLock { state in
                if let index = state.waiting.firstIndex(where: { $0.id == id }) {
                    return Optional(state.waiting.remove(at: index).continuation)
                }
                state.cancelled.insert(id)
                return nil
            }
            waiter?.resume(throwing: CancellationError())
        }
        // One that was cancelled after it had got through left this mark.
        state.withLock { _ = $0.cancelled.remove(id) }
    }

    private func join(_ id: Int, _ continuation: CheckedContinuation<Void, any Error>) {
        enum Outcome {
            case through
            case waits
            case cancelled
        }
        let outcome = state.withLock { state -> Outcome in
            if state.cancelled.remove(id) != nil { return .cancelled }
            if state.free > 0 {
                state.free -= 1
                return .through
            }
            state.waiting.append((id, continuation))
            return .waits
        }
        switch outcome {
        case .through: continuation.resume()
        case .waits: break
        case .cancelled: continuation.resume(throwing: CancellationError())
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst().continuation }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
