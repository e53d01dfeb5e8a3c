import Synchronization

/// Lets a number of tasks through at a time, the others wait in the order of their coming.
package final class Gate: Sendable {
    private let free: Mutex<Int>
    private let room = WaitingRoom<Void>()

    package init(capacity: Int = 1) {
        free = Mutex(max(1, capacity))
    }

    /// Runs the body inside; leaves however it ends.
    /// - Throws: what the body throws; `CancellationError` when cancelled while waiting.
    package func pass<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await room.wait(as: ()) { change(by: 0) }
        defer { change(by: 1) }
        return try await body()
    }

    /// Frees places, and lets in as many as there are.
    private func change(by places: Int) {
        free.withLock { free in
            free += places
            while free > 0, room.letIn({ $0.isEmpty ? nil : 0 }) { free -= 1 }
        }
    }
}
