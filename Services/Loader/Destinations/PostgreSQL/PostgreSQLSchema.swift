package import Loader
import Model

/// One connection's schema in a PostgreSQL database. While a session applies a batch, another takes the rows of the next.
package actor PostgreSQLSchema: DestinationSchema {
    package nonisolated var system: String { DestinationKind.postgresql.rawValue }

    private let site: PostgreSQLSite
    private let pool: PostgreSQLPool
    /// The workers that hold staged batches, by the batches' places.
    private var staged: [Int: PostgreSQLWorker] = [:]
    private var lastPlace = 0

    init(_ schema: SchemaName, in pool: PostgreSQLPool) {
        site = PostgreSQLSite(schema)
        self.pool = pool
    }

    /// Makes the schema and its bookkeeping where they are missing.
    func open(_ owner: SchemaOwner) async throws { try await call { try await $0.open(owner) } }

    /// Does what loading needs and undoes it.
    func check() async throws { try await call { try await $0.check() } }

    /// What the schema holds, in a transaction that only reads.
    func standing(for owner: SchemaOwner) async throws -> SchemaStanding {
        try await call { try await $0.standing(for: owner) }
    }

    package func catalog() async throws -> SchemaCatalog { try await call { try await $0.catalog() } }

    package func positions() async throws -> [LogPosition] { try await call { try await $0.positions() } }

    package func stage(_ batch: LoadBatch) async throws -> StagedBatch {
        let worker = await pool.take(for: site, .batch)
        do {
            let rowless = try await worker.stage(batch)
            lastPlace += 1
            staged[lastPlace] = worker
            return StagedBatch(place: lastPlace, batch: rowless)
        } catch {
            await pool.giveBack(worker)
            throw error
        }
    }

    package func apply(
        _ batch: StagedBatch,
        conclude: @Sendable (LoadOutcome) throws -> Conclusion
    ) async throws -> LoadOutcome {
        guard let worker = staged.removeValue(forKey: batch.place) else {
            throw DestinationError.stagingLost("nothing is staged there")
        }
        return try await using(worker) { try await $0.apply(conclude: conclude) }
    }

    package func discard(_ batch: StagedBatch) async {
        guard let worker = staged.removeValue(forKey: batch.place) else { return }
        await worker.discard()
        await pool.giveBack(worker)
    }

    package func refusal(of batch: LoadBatch) async throws -> String? {
        try await call { try await $0.refusal(of: batch) }
    }

    package func rejected(
        _ selection: RejectedSelection,
        atMost count: Int,
        bytes: Int,
        after place: RejectedPlace?
    ) async throws -> [StoredRejection] {
        try await call { try await $0.rejected(selection, atMost: count, bytes: bytes, after: place) }
    }

    package func rejectedGroups(_ selection: RejectedSelection) async throws -> [RejectedGroup] {
        try await call { try await $0.rejectedGroups(selection) }
    }

    package func oldestVersion(in table: String) async throws -> Int64? {
        try await call { try await $0.oldestVersion(in: table) }
    }

    package func unsentMessages(atMost count: Int) async throws -> [OutboxMessage] {
        try await call { try await $0.unsentMessages(atMost: count) }
    }

    package func removeSent(_ ids: [String]) async throws { try await call { try await $0.removeSent(ids) } }

    package func close() async {
        for place in staged.keys.sorted() {
            guard let worker = staged.removeValue(forKey: place) else { continue }
            await worker.discard()
            await pool.giveBack(worker)
        }
        await pool.close(site)
        site.knowledge.clear()
    }

    /// Does one call with any session.
    private func call<Result: Sendable>(
        _ body: @Sendable (PostgreSQLWorker) async throws -> Result
    ) async throws -> Result {
        try await using(await pool.take(for: site, .call), body)
    }

    /// Does one thing with a session, and gives it back.
    private func using<Result: Sendable>(
        _ worker: PostgreSQLWorker,
        _ body: @Sendable (PostgreSQLWorker) async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body(worker)
            await pool.giveBack(worker)
            return result
        } catch {
            await pool.giveBack(worker)
            throw error
        }
    }
}
