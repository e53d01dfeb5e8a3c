import Catalog
package import Model
import ServiceRuntime

/// Makes the waits that Zendesk asks for durable in the connection's state: whoever has it after a crash or a hand-over
/// sends nothing before their end either.
package struct ToldWaits: Sendable {
    /// What is kept of a longer wait: a nonsensical one must not outlive every restart.
    private static let longest = Duration.seconds(3600)
    /// The token endpoint's name among the budgets.
    private static let login = "login"
    /// Answers to requests sent side by side differ by that much.
    private static let difference = Duration.seconds(1)

    private let told: AsyncStream<Void>
    private let entry: AsyncStream<Void>.Continuation
    private let clock: any WallClock

    init(clock: any WallClock) {
        self.clock = clock
        // Only whether there is news counts: what is written is read from the budget.
        (told, entry) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func note(_ event: ZendeskSession.Event) {
        switch event {
        case .throttled: entry.yield()
        // The token endpoint's.
        case .waits(let wait?) where wait.isRateLimit: entry.yield()
        default: break
        }
    }

    /// Has the session keep to what an earlier run was told.
    func takeUp(_ state: ConnectionState, in session: ZendeskSession) {
        let now = clock.now()
        let told = (state.rateLimits ?? [:]).filter { $0.value > now }
        session.limits.with { budget in
            for (name, until) in told {
                if let bucket = RateBucket(rawValue: name) { budget.block(bucket, until: until) }
                if name == Self.login { budget.blockLogin(until: until) }
            }
        }
    }

    /// Writes until cancelled. Where it cannot be written this run keeps to it all the same.
    func keep(of session: ZendeskSession, in board: StreamBoard) async {
        for await _ in told {
            // A run that ends meanwhile waits for it: half a transaction would cost it its producer.
            try? await uninterrupted { try await write(of: session, in: board) }
        }
    }

    /// Writes what is not written yet.
    func write(of session: ZendeskSession, in board: StreamBoard) async throws {
        let now = clock.now()
        var limits: [String: Timestamp] = [:]
        let (blocks, login) = session.limits.with { ($0.blocks, $0.loginBlockedUntil) }
        for (bucket, until) in blocks { limits[bucket.rawValue] = until }
        limits[Self.login] = login
        limits = limits.filter { $0.value > now }.mapValues { min($0, now + Self.longest) }
        let known = board.connectionState.rateLimits ?? [:]
        guard Self.isNews(limits, beside: known, at: now) else { return }
        try await board.change { $0.rateLimits = limits }
    }

    /// Whether waits, by budget, tell more than those that are written: however short, where there was none.
    package static func isNews(
        _ limits: [String: Timestamp],
        beside known: [String: Timestamp],
        at now: Timestamp
    ) -> Bool {
        limits.contains { name, until in
            guard let kept = known[name], kept > now else { return until > now }
            return until - kept > difference
        }
    }
}
