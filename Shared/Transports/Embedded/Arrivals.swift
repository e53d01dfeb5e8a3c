import Synchronization

/// Tells those who wait in this process that something changed: messages, topics, members of a group.
final class Arrivals: Sendable {
    private struct State {
        var version: UInt64 = 0
        var nextID = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    /// Rises with every announcement. Read it before looking, and wait beyond it after: nothing is missed then.
    var version: UInt64 { state.withLock { $0.version } }

    func announce() {
        let waiting = state.withLock { state in
            state.version += 1
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns at the first announcement after `version`, or when `timeout` has passed.
    /// - Throws: `CancellationError`.
    func wait(beyond version: UInt64, within timeout: Duration) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(beyond: version) }
            group.addTask { try await Task.sleep(for: timeout) }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
    }

    private func wait(beyond version: UInt64) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.version > version || state.cancelled.remove(id) != nil { return true }
                    state.waiting[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                if let continuation = state.waiting.removeValue(forKey: id) { return Optional(continuation) }
                state.cancelled.insert(id)
                return nil
            }
            continuation?.resume()
        }
        // Cancelled after it was over: the note has no more reader.
        _ = state.withLock { $0.cancelled.remove(id) }
    }
}
