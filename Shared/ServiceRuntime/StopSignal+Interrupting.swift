extension StopSignal {
    /// Runs the body; cancels it when the signal is set.
    /// - Throws: `CancellationError` when the signal was set before the body had ended, else what the body throws.
    package func interrupting<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        if isSet { throw CancellationError() }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                await self.wait()
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let result = first else { throw CancellationError() }
            return result
        }
    }
}
