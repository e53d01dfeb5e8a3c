package import Loader
import Logging
import Model

/// One connection's schema in a PostgreSQL database. Two sessions take turns: while one applies a batch, the other takes
/// the rows of the next. The second is made when it is first needed.
package actor PostgreSQLSchema: DestinationSchema {
    package nonisolated var system: String { DestinationKind.postgresql.rawValue }

    private let workers: [PostgreSQLWorker]
    private let knowledge = SchemaKnowledge()
    /// The places of the workers that hold a staged batch, or are about to.
    private var taken: Set<Int> = []

    init(_ schema: SchemaName, settings: PostgreSQLSettings, logger: Logger) {
        let knowledge = knowledge
        workers = (0..<2).map { _ in
            PostgreSQLWorker(schema, settings: settings, knowledge: knowledge, logger: logger)
        }
    }

    /// Makes the schema and its bookkeeping where they are missing.
    func open(_ owner: SchemaOwner) async throws { try await idle.open(owner) }

    /// Does what loading needs and undoes it.
    func check() async throws { try await idle.check() }

    /// What the schema holds, in a transaction that only reads.
    func standing(for owner: SchemaOwner) async throws -> SchemaStanding { try await idle.standing(for: owner) }

    package func catalog() async throws -> SchemaCatalog { try await idle.catalog() }

    package func positions() async throws -> [LogPosition] { try await idle.positions() }

    package func stage(_ batch: LoadBatch) async throws -> StagedBatch {
        guard let place = workers.indices.first(where: { !taken.contains($0) }) else {
            throw DestinationError.failed("more batches are staged than there are sessions")
        }
        taken.insert(place)
        do {
            return StagedBatch(place: place, batch: try await workers[place].stage(batch))
        } catch {
            taken.remove(place)
            throw error
        }
    }

    package func apply(
        _ staged: StagedBatch,
        conclude: @Sendable (LoadOutcome) throws -> Conclusion
    ) async throws -> LoadOutcome {
        defer { taken.remove(staged.place) }
        return try await workers[staged.place].apply(conclude: conclude)
    }

    package func discard(_ staged: StagedBatch) async {
        await workers[staged.place].discard()
        taken.remove(staged.place)
    }

    package func refusal(of batch: LoadBatch) async throws -> String? { try await idle.refusal(of: batch) }

    package func rejected(
        _ selection: RejectedSelection,
        atMost count: Int,
        bytes: Int,
        after place: RejectedPlace?
    ) async throws -> [StoredRejection] {
        try await idle.rejected(selection, atMost: count, bytes: bytes, after: place)
    }

    package func rejectedGroups(_ selection: RejectedSelection) async throws -> [RejectedGroup] {
        try await idle.rejectedGroups(selection)
    }

    package func oldestVersion(in table: String) async throws -> Int64? { try await idle.oldestVersion(in: table) }

    package func unsentMessages(atMost count: Int) async throws -> [OutboxMessage] {
        try await idle.unsentMessages(atMost: count)
    }

    package func removeSent(_ ids: [String]) async throws { try await idle.removeSent(ids) }

    package func close() async {
        for worker in workers { await worker.close() }
        knowledge.clear()
    }

    /// A worker without a batch; where all have one, a call waits for its turn.
    private var idle: PostgreSQLWorker {
        workers[workers.indices.first { !taken.contains($0) } ?? 0]
    }
}
