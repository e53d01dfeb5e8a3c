import Catalog
import Model
import ServiceRuntime

/// Makes the waits that Zendesk asks for durable in the connection's state: whoever has it after a crash or a hand-over
/// sends nothing before their end either.
struct ToldWaits: Sendable {
    /// What is kept of a longer wait: a nonsensical one must not outlive every restart.
    private static let longest = Duration.seconds(3600)
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
        if case .throttled = event { entry.yield() }
    }

    /// Has the session keep to what an earlier run was told.
    func takeUp(_ state: ConnectionState, in session: ZendeskSession) {
        let now = clock.now()
        let limits = (state.rateLimits ?? [:]).filter { $0.value > now }
        let blocks = limits.compactMap { name, until in RateBucket(rawValue: name).map { ($0, until) } }
        session.hold(Dictionary(blocks) { max($0, $1) })
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
        for (bucket, until) in session.blocks where until > now {
            limits[bucket.rawValue] = min(until, now + Self.longest)
        }
        let known = board.connectionState.rateLimits ?? [:]
        guard limits.contains(where: { $0.value - (known[$0.key] ?? now) > Self.difference }) else { return }
        try await board.change { $0.rateLimits = limits }
    }
}
