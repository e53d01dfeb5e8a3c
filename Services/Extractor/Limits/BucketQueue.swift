package import Model
import Synchronization

/// Lets one request of a bucket through at a time, those of streams with a smaller rank first.
///
/// A stream is let in only when no enlisted stream of a smaller rank is at work, whether that one waits here or
/// publishes a page: so the first is read to its end before the second begins. A stream that left, or stepped aside
/// for a while, holds nobody up.
package final class BucketQueue: Sendable {
    private struct Member {
        var rank: Int
        var isAside = false
    }

    private struct State {
        var members: [StreamName: Member] = [:]
        var isTaken = false
    }

    private let state = Mutex(State())
    private let room = WaitingRoom<StreamName>()

    package init() {}

    /// A stream is going to ask; call ``leave(_:)`` when it has ended, however it has.
    package func enlist(_ stream: StreamName, rank: Int) {
        state.withLock { $0.members[stream] = Member(rank: rank) }
    }

    package func leave(_ stream: StreamName) {
        change { $0.members[stream] = nil }
    }

    /// A stream does not ask for some time: others need not wait for it.
    package func stepAside(_ stream: StreamName) {
        change { $0.members[stream]?.isAside = true }
    }

    package func stepBack(_ stream: StreamName) {
        change { $0.members[stream]?.isAside = false }
    }

    /// Runs the body when it is the stream's turn. Streams that are not enlisted have rank 0.
    /// - Parameter queues: called when the stream has to wait for another one's end, with its name, and with nil when
    ///   that is over.
    /// - Throws: what the body throws; `CancellationError` when cancelled while waiting.
    package func pass<Result>(
        _ stream: StreamName,
        queues: (StreamName?) -> Void = { _ in },
        _ body: () async throws -> Result
    ) async throws -> Result {
        let first = state.withLock { state in
            Self.first(before: Self.rank(of: stream, state), in: state)
        }
        if let first { queues(first) }
        do {
            try await room.wait(as: stream) { change { _ in } }
        } catch {
            if first != nil { queues(nil) }
            throw error
        }
        if first != nil { queues(nil) }
        defer { change { $0.isTaken = false } }
        return try await body()
    }

    /// Changes the state, and lets in whom that allows.
    private func change(_ change: (inout State) -> Void) {
        state.withLock { state in
            change(&state)
            guard !state.isTaken else { return }
            state.isTaken = room.letIn { waiting in
                let ranks = waiting.map { Self.rank(of: $0, state) }
                // The first to come of the smallest rank.
                guard let smallest = ranks.min(), Self.first(before: smallest, in: state) == nil else { return nil }
                return ranks.firstIndex(of: smallest)
            }
        }
    }

    private static func rank(of stream: StreamName, _ state: State) -> Int { state.members[stream]?.rank ?? 0 }

    /// The stream at work whose rank is the smallest of those below `rank`.
    private static func first(before rank: Int, in state: State) -> StreamName? {
        state.members.filter { $0.value.rank < rank && !$0.value.isAside }.min { $0.value.rank < $1.value.rank }?.key
    }
}
