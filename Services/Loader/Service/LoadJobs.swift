import Synchronization

/// Work that a run of the loader has others do beside it, and what has come of it.
///
/// The run's own task decides and keeps the state; a job gets values and gives a value.
final class LoadJobs<Outcome: Sendable>: Sendable {
    typealias Job = @Sendable () async -> Outcome

    private struct State {
        var outcomes: [Outcome] = []
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let jobs: AsyncStream<Job>
    private let entry: AsyncStream<Job>.Continuation

    init() {
        // Whoever starts jobs bounds their number.
        (jobs, entry) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// Runs jobs side by side until ``finish()``.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await job in jobs {
                group.addTask { self.ended(await job()) }
            }
        }
    }

    func start(_ job: @escaping Job) { entry.yield(job) }

    /// No more jobs come; those that were started end.
    func finish() { entry.finish() }

    /// What has come of jobs since the last call.
    func outcomes() -> [Outcome] {
        state.withLock { state in
            defer { state.outcomes = [] }
            return state.outcomes
        }
    }

    /// Waits until there are outcomes to take. Only the run's own task waits.
    /// - Throws: `CancellationError`: then jobs that were not begun never are.
    func wait() async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    let isReady = !state.outcomes.isEmpty || Task.isCancelled
                    if !isReady { state.waiter = continuation }
                    return isReady
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            wake()
        }
        try Task.checkCancellation()
    }

    /// As ``wait()``, not longer than this.
    func wait(atMost limit: Duration) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.wait() }
            group.addTask { try await Task.sleep(for: limit) }
            try await group.next()
            group.cancelAll()
        }
    }

    private func wake() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    private func ended(_ outcome: Outcome) {
        state.withLock { $0.outcomes.append(outcome) }
        wake()
    }
}
