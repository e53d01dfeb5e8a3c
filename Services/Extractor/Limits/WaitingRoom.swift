import Synchronization

/// Where tasks wait to be let in; one that is cancelled leaves.
///
/// Who decides whom to let in under a lock of its own takes that lock first: a room calls nobody while it holds its own.
final class WaitingRoom<Visitor: Sendable>: Sendable {
    private struct Waiter {
        var id: Int
        var visitor: Visitor
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var waiting: [Waiter] = []
        var nextID = 0
        /// Cancelled before they began to wait.
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    /// Waits until ``letIn(_:)`` chooses this visitor.
    /// - Parameter arrived: called once the visitor is among those to choose from.
    /// - Throws: `CancellationError` when cancelled while waiting.
    func wait(as visitor: Visitor, arrived: @Sendable () -> Void) async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return true }
                    state.waiting.append(Waiter(id: id, visitor: visitor, continuation: continuation))
                    return false
                }
                if isCancelled { return continuation.resume(throwing: CancellationError()) }
                arrived()
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
        // One that was cancelled after it had been let in left this mark.
        state.withLock { _ = $0.cancelled.remove(id) }
    }

    /// Lets one in.
    /// - Parameter choose: the place of the one to let in among those who wait, in the order of their coming.
    /// - Returns: false where nobody was let in.
    func letIn(_ choose: ([Visitor]) -> Int?) -> Bool {
        let waiter = state.withLock { state in
            choose(state.waiting.map(\.visitor)).map { state.waiting.remove(at: $0).continuation }
        }
        waiter?.resume()
        return waiter != nil
    }
}
