import Synchronization

/// How many answers read a topic from its start at a time.
final class TopicReadings: Sendable {
    private static let most = 4

    private let count = Mutex(0)

    /// - Throws: ``Refusal/tooMany``; what the body throws.
    func one<Result>(_ body: () async throws -> Result) async throws -> Result {
        let isAdmitted = count.withLock { count in
            guard count < Self.most else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { throw Refusal.tooMany }
        defer { count.withLock { $0 -= 1 } }
        return try await body()
    }
}
