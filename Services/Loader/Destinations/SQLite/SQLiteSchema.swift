import Failpoints
import Foundation
import GRDB
import LibPQ
package import Loader
import Logging
import Model

/// One connection's schema: an SQLite file in WAL mode with one connection, kept open while the schema is open. Other
/// processes can read it meanwhile.
package actor SQLiteSchema: DestinationSchema {
    package nonisolated var system: String { DestinationKind.sqlite.rawValue }

    private let executor = BlockingExecutor(label: "deskpipe.sqlite")
    private let schema: SchemaName
    private let file: SQLiteFile
    private let statements = SQLiteStatements()
    private let logger: Logger
    private var queue: DatabaseQueue?
    private var owner: SchemaOwner?
    /// What the schema is known to hold; nil where it has to be read.
    private var known: SchemaState?
    /// What the tables were when they were last told, or changed from here.
    private var revision: Int64?

    package nonisolated var mayFallBehind: Bool { true }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ file: SQLiteFile, logger: Logger) {
        schema = file.schema
        self.file = file
        self.logger = logger
    }

    /// Makes the file and its bookkeeping where they are missing. A file that belongs to another is not written to.
    func open(_ owner: SchemaOwner) throws {
        self.owner = owner
        try connected { _ in }
    }

    /// Does what loading needs and undoes it.
    func check() throws {
        guard file.exists else { return try file.tryDirectory() }
        try mapped {
            let opened = try file.open()
            try opened.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    try database.execute(sql: SQLiteStatements.trial)
                    return .rollback
                }
            }
            try opened.close()
        }
    }

    /// What the file holds.
    func standing(for owner: SchemaOwner) throws -> SchemaStanding {
        guard file.exists else { return SchemaStanding(.absent) }
        return try mapped {
            let opened = try file.open()
            let standing = try opened.writeWithoutTransaction { try bookkeeping($0).standing(for: owner) }
            try opened.close()
            return standing
        }
    }

    /// Makes the file one to read alone.
    /// - Returns: false where there is nothing of the owner.
    func look(_ owner: SchemaOwner) throws -> Bool {
        guard case .own = try standing(for: owner).content else { return false }
        return true
    }

    package func catalog() throws -> SchemaCatalog {
        // The revision first: what changes in between is seen by the next load.
        let (revision, state) = try connected { (try $0.revision(), try $0.state()) }
        self.revision = revision
        known = state
        return state.names.full(state.catalog)
    }

    package func positions() throws -> [LogPosition] {
        try connected { try $0.positions() }
    }

    package func apply(
        _ staged: StagedBatch,
        conclude: @Sendable (LoadOutcome) throws -> Conclusion
    ) throws -> LoadOutcome {
        do {
            return try attempt(staged.batch, conclude)
        } catch DestinationError.failed(let reason) {
            // Perhaps a table was changed by another hand since the file was read.
            try connected { bookkeeping in
                var state = try bookkeeping.state()
                let named = state.names.named(staged.batch)
                try state.check(named)
            }
            throw DestinationError.failed(reason)
        }
    }

    private func attempt(_ batch: LoadBatch, _ conclude: (LoadOutcome) throws -> Conclusion) throws -> LoadOutcome {
        try connected { bookkeeping in
            var outcome = LoadOutcome(batchedAt: Timestamp(microseconds: 0))
            var changed: Int64?
            var state = try known ?? bookkeeping.state()
            let batch = state.names.named(batch)
            try state.check(batch)
            try bookkeeping.database.inTransaction(.immediate) {
                outcome.batchedAt = Self.now()
                let held = try bookkeeping.positions(of: batch.positions)
                guard PositionCheck(changes: batch.positions, held: held).isExpected else {
                    throw DestinationError.positionMoved
                }
                try Failpoint.positionsLocked.hit(orFail: DestinationError.atFailpoint)
                if let revision, try bookkeeping.revision() != revision { throw DestinationError.positionMoved }
                try bookkeeping.removeReplayed(batch)
                let load = SQLiteLoad(batch: batch, bookkeeping: bookkeeping, file: file)
                try load.begin(&state)
                try load.checkRows(state)
                try load.applyChanges(to: &state)
                try load.applyRows(state.catalog, to: &outcome)
                try Failpoint.rowsMerged.hit(orFail: DestinationError.atFailpoint)
                try load.applyVersions(state.catalog, to: &outcome)
                if !batch.versions.isEmpty { try Failpoint.versionsApplied.hit(orFail: DestinationError.atFailpoint) }
                try load.noteStreams(outcome, in: &state)
                outcome = state.names.full(outcome)
                try bookkeeping.run(statements.bookkeeping.addRejected(batch.rejected))
                try bookkeeping.run(batch.positions.map { statements.bookkeeping.setPosition($0.new) })
                try Failpoint.positionsWritten.hit(orFail: DestinationError.atFailpoint)
                let conclusion = try conclude(outcome)
                let time = outcome.batchedAt
                try bookkeeping.run(try statements.bookkeeping.addReports(conclusion.reports, at: time))
                try bookkeeping.run(statements.bookkeeping.addMessages(conclusion.outbox, at: time))
                if !batch.changes.isEmpty { changed = try bookkeeping.revision() }
                try Failpoint.commitSending.hit(orFail: DestinationError.atFailpoint)
                return .commit
            }
            try Failpoint.commitAnswered.hit(orFail: DestinationError.atFailpoint)
            if revision != nil, let changed { revision = changed }
            state.names = state.names.stored()
            known = state
            return outcome
        }
    }

    package func refusal(of batch: LoadBatch) throws -> String? {
        do {
            try connected { bookkeeping in
                var state = try known ?? bookkeeping.state()
                let batch = state.names.named(batch)
                try bookkeeping.database.inTransaction(.immediate) {
                    var outcome = LoadOutcome(batchedAt: Self.now())
                    let load = SQLiteLoad(batch: batch, bookkeeping: bookkeeping, file: file)
                    try load.begin(&state)
                    try load.applyChanges(to: &state)
                    try load.applyRows(state.catalog, to: &outcome)
                    return .rollback
                }
            }
            return nil
        } catch DestinationError.refused(let reason) {
            return reason
        }
    }

    package func rejected(
        _ selection: RejectedSelection,
        atMost count: Int,
        bytes: Int,
        after place: RejectedPlace?
    ) throws -> [StoredRejection] {
        try connected { try $0.rejected(selection, atMost: count, bytes: bytes, after: place) }
    }

    package func rejectedGroups(_ selection: RejectedSelection) throws -> [RejectedGroup] {
        try connected { try $0.rejectedGroups(selection) }
    }

    package func oldestVersion(in table: String) throws -> Int64? {
        try connected { bookkeeping in
            var state = try bookkeeping.state()
            let name = state.names.name(ofTable: table)
            return try state.catalog.tables[name].flatMap { try bookkeeping.oldestVersion(in: $0) }
        }
    }

    package func unsentMessages(atMost count: Int) throws -> [OutboxMessage] {
        try connected { try $0.unsentMessages(atMost: count) }
    }

    package func removeSent(_ ids: [String]) throws {
        try connected { bookkeeping in
            try bookkeeping.database.inTransaction(.immediate) {
                try bookkeeping.run(statements.bookkeeping.removeMessages(ids))
                return .commit
            }
        }
    }

    package func close() {
        do {
            try queue?.close()
        } catch {
            // Nothing is lost: the next one to open the file reads the log that could not be folded in.
            logger.warning("an SQLite file did not close", metadata: [LogKeys.schema: "\(schema)"])
        }
        queue = nil
        known = nil
        revision = nil
    }

    /// Runs with the open file; what was known is forgotten when the body throws.
    private func connected<Result>(_ body: (SQLiteBookkeeping) throws -> Result) throws -> Result {
        do {
            return try mapped {
                let queue = try self.queue ?? openFile()
                return try queue.writeWithoutTransaction { try body(bookkeeping($0)) }
            }
        } catch {
            known = nil
            throw error
        }
    }

    private func openFile() throws -> DatabaseQueue {
        try file.makeDirectory()
        let opened = try file.open()
        if let owner { try opened.writeWithoutTransaction { try bookkeeping($0).claim(for: owner, at: Self.now()) } }
        queue = opened
        return opened
    }

    private func bookkeeping(_ database: Database) -> SQLiteBookkeeping {
        SQLiteBookkeeping(database: database, schema: schema, statements: statements)
    }

    private func mapped<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw file.destinationError(error)
        }
    }

    private static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
