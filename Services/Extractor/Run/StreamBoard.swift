import Failpoints
import Foundation
import Messaging
import Model
import Synchronization

/// Where the streams of a run stand, and the one way to publish for them.
///
/// A stream may have two reads at a time (ticket_comments: the export of events, and the audits of each ticket). So
/// messages are made only when it is their turn to go out, from the newest bookmark of each stream: sequences grow in the
/// order of the log, and no older bookmark replaces a newer one.
final class StreamBoard: Sendable {
    /// What goes out in one transaction.
    struct Edition {
        /// Without bookmarks.
        var events: [Message]
        var bookmarks: [StreamName: Bookmark]
    }

    private struct State {
        var bookmarks: [StreamName: Bookmark]
        var connection: ConnectionState
    }

    private let connection: ConnectionKey
    private let namespace: Namespace
    private let partition: Int32
    private let messages: PageMessages
    private let publisher: Publisher
    private let turn = Gate()
    private let state: Mutex<State>

    init(
        _ connection: ConnectionKey,
        _ saved: SavedState,
        namespace: Namespace,
        partition: Int32,
        messages: PageMessages,
        publisher: Publisher
    ) {
        self.connection = connection
        self.namespace = namespace
        self.partition = partition
        self.messages = messages
        self.publisher = publisher
        state = Mutex(State(bookmarks: saved.bookmarks, connection: saved.state ?? ConnectionState()))
    }

    /// Of all streams that were ever read, after the last publication.
    var bookmarks: [StreamName: Bookmark] { state.withLock { $0.bookmarks } }

    /// After the last publication; empty for a stream that was never read.
    func bookmark(_ stream: StreamName) -> Bookmark {
        state.withLock { $0.bookmarks[stream] } ?? Bookmark()
    }

    /// The connection's own state, after the last change.
    var connectionState: ConnectionState { state.withLock { $0.connection } }

    func parking(_ stream: StreamName) -> ConnectionState.Parking? {
        state.withLock { $0.connection.parked?[stream] }
    }

    /// Publishes what `make` makes when it is its turn: durable when this returns, and then what the next one builds on.
    /// - Parameter make: called once, with nobody else publishing.
    /// - Throws: what `make` throws; as ``Publisher/publish(_:waits:)``.
    func publish<Result>(
        waits: (RunProgress.Wait?) -> Void,
        _ make: () throws -> (Edition, Result)
    ) async throws -> Result {
        try await turn.pass {
            let (edition, result) = try make()
            var all = edition.events
            for (stream, bookmark) in edition.bookmarks.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                all.append(try messages.message(bookmark, of: stream))
            }
            if !all.isEmpty {
                try Failpoint.pagePublishing.hit(orFail: ExtractorError.transport("a failpoint says so"))
                try await publisher.publish(all, waits: waits)
                Failpoint.pagePublished.hit()
            }
            state.withLock { $0.bookmarks.merge(edition.bookmarks) { $1 } }
            return result
        }
    }

    /// Changes the connection's own state, durably.
    func change(_ change: (inout ConnectionState) -> Void) async throws {
        try await turn.pass {
            let before = state.withLock { $0.connection }
            var after = before
            change(&after)
            guard after != before else { return }
            let message = try Message(after, of: connection, in: namespace, partition: partition)
            try Failpoint.stateWriting.hit(orFail: ExtractorError.transport("a failpoint says so"))
            try await publisher.publish([message]) { _ in }
            Failpoint.stateWritten.hit()
            state.withLock { $0.connection = after }
        }
    }
}
