import Loader
import Model
import Synchronization

/// A real destination that fails where a test says so.
final class FaultyDestination: Destination {
    struct Faults {
        /// Thrown by the next loads, before anything is done.
        var loads: [DestinationError] = []
        /// Thrown by the next loads, after all was done: the answer is lost.
        var answers: [DestinationError] = []
        /// Thrown by the next opens.
        var opens: [DestinationError] = []
        /// A batch with a text that contains this is refused.
        var poison: String?
        /// Loads only of the schema named here fail; nil for any.
        var schema: SchemaName?
        var loadCalls = 0
    }

    let faults: Mutex<Faults>
    let hooks: Hooks
    private let inner: any Destination

    /// What a test does in between.
    struct Hooks: Sendable {
        /// Before a schema is opened.
        var opening: @Sendable (SchemaName) async -> Void = { _ in }
        /// Once a batch is staged.
        var staged: @Sendable (SchemaName) async -> Void = { _ in }
        /// Before a batch is applied.
        var applying: @Sendable (SchemaName) async -> Void = { _ in }
    }

    init(_ inner: any Destination, _ faults: Faults = Faults(), _ hooks: Hooks = Hooks()) {
        self.inner = inner
        self.faults = Mutex(faults)
        self.hooks = hooks
    }

    func check(_ schema: SchemaName) async throws { try await inner.check(schema) }

    func standing(of schema: SchemaName, for owner: SchemaOwner) async throws -> SchemaStanding {
        try await inner.standing(of: schema, for: owner)
    }

    func open(_ schema: SchemaName, owner: SchemaOwner) async throws -> any DestinationSchema {
        await hooks.opening(schema)
        if let error = next(\.opens, of: schema) { throw error }
        return FaultySchema(name: schema, inner: try await inner.open(schema, owner: owner), destination: self)
    }

    func close() async { await inner.close() }

    func next(_ queue: WritableKeyPath<Faults, [DestinationError]>, of schema: SchemaName) -> DestinationError? {
        faults.withLock { faults in
            guard faults.schema ?? schema == schema, !faults[keyPath: queue].isEmpty else { return nil }
            return faults[keyPath: queue].removeFirst()
        }
    }
}

private struct FaultySchema: DestinationSchema {
    let name: SchemaName
    let inner: any DestinationSchema
    let destination: FaultyDestination

    var mayFallBehind: Bool { inner.mayFallBehind }

    func catalog() async throws -> SchemaCatalog { try await inner.catalog() }
    func positions() async throws -> [LogPosition] { try await inner.positions() }

    func stage(_ batch: LoadBatch) async throws -> StagedBatch {
        if isPoisoned(batch) { throw DestinationError.refused("value out of range") }
        let staged = try await inner.stage(batch)
        await destination.hooks.staged(name)
        return staged
    }

    func apply(
        _ staged: StagedBatch,
        conclude: @Sendable (LoadOutcome) throws -> Conclusion
    ) async throws -> LoadOutcome {
        destination.faults.withLock { $0.loadCalls += 1 }
        await destination.hooks.applying(name)
        if let error = destination.next(\.loads, of: name) {
            await inner.discard(staged)
            throw error
        }
        let outcome = try await inner.apply(staged, conclude: conclude)
        if let error = destination.next(\.answers, of: name) { throw error }
        return outcome
    }

    func discard(_ staged: StagedBatch) async { await inner.discard(staged) }

    func refusal(of batch: LoadBatch) async throws -> String? {
        if isPoisoned(batch) { return "value out of range" }
        return try await inner.refusal(of: batch)
    }

    func rejected(
        _ selection: RejectedSelection,
        atMost count: Int,
        bytes: Int,
        after place: RejectedPlace?
    ) async throws -> [StoredRejection] {
        try await inner.rejected(selection, atMost: count, bytes: bytes, after: place)
    }

    func rejectedGroups(_ selection: RejectedSelection) async throws -> [RejectedGroup] {
        try await inner.rejectedGroups(selection)
    }

    func oldestVersion(in table: String) async throws -> Int64? { try await inner.oldestVersion(in: table) }

    func unsentMessages(atMost count: Int) async throws -> [OutboxMessage] {
        try await inner.unsentMessages(atMost: count)
    }

    func removeSent(_ ids: [String]) async throws { try await inner.removeSent(ids) }
    func close() async { await inner.close() }

    private func isPoisoned(_ batch: LoadBatch) -> Bool {
        guard let poison = destination.faults.withLock(\.poison) else { return false }
        return batch.tables.contains { table in
            table.rows.cells.contains { cell in
                cell.type == .text
                    && String(decoding: table.rows.bytes[cell.byteRange], as: UTF8.self).contains(poison)
            }
        }
    }
}
