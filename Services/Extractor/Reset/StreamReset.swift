package import Messaging
package import Model

/// Makes streams of a connection be read anew, by their bookmarks: whoever extracts next begins where these say.
///
/// The loader hears of it by the first event of each stream, a schema event with the reset's mark.
package struct StreamReset: Sendable {
    private let transport: any Transport
    private let namespace: Namespace

    package init(_ transport: any Transport, _ namespace: Namespace) {
        self.transport = transport
        self.namespace = namespace
    }

    /// Publishes the bookmarks; they are durable when this returns. A run that is under way is fenced first and ends as
    /// taken over, so that it cannot put its own bookmarks after them.
    /// - Returns: the bookmarks by stream.
    @discardableResult
    package func perform(_ plan: ResetPlan, at now: Timestamp) async throws -> [StreamName: Bookmark] {
        let producer = try await transport.producer(.transactional(id: namespace.transactionalID(of: plan.connection)))
        do {
            let saved = try await BookmarkStore(transport, namespace).saved(for: plan.connection)
            let bookmarks = Self.bookmarks(plan, saved, at: now)
            try await producer.publish(try messages(bookmarks, of: plan.connection, at: now))
            await producer.close()
            return bookmarks
        } catch {
            await producer.close()
            throw error
        }
    }

    /// The messages of a plan's bookmarks, which belong into one transaction.
    /// - Parameter saved: what an older producer of the connection, fenced by now, published last.
    func messages(_ plan: ResetPlan, _ saved: SavedState, at now: Timestamp) throws -> [Message] {
        try messages(Self.bookmarks(plan, saved, at: now), of: plan.connection, at: now)
    }

    private func messages(
        _ bookmarks: [StreamName: Bookmark],
        of connection: ConnectionKey,
        at now: Timestamp
    ) throws -> [Message] {
        let messages = PageMessages(
            connection,
            namespace: namespace,
            partitions: transport.partitions,
            run: RunID(at: now, randomness: (0, 0))
        )
        return try bookmarks.sorted { $0.key < $1.key }.map { try messages.message($0.value, of: $0.key) }
    }

    /// The bookmarks that a plan makes of those that are saved; one that cannot be read is begun anew, too.
    static func bookmarks(_ plan: ResetPlan, _ saved: SavedState, at now: Timestamp) -> [StreamName: Bookmark] {
        let bookmarks = plan.steps.map { step in
            let before = saved.bookmarks[step.stream] ?? Bookmark()
            return (step.stream, before.reset(at: now, from: plan.start))
        }
        return Dictionary(bookmarks, uniquingKeysWith: { first, _ in first })
    }
}
