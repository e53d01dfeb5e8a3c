import Failpoints
import LibPQ
import Loader
import Logging
import Model

/// One session with a PostgreSQL database that works on one schema at a time, and the batch that it has staged. When the
/// session breaks, the next call connects anew.
actor PostgreSQLWorker {
    private let executor = BlockingExecutor(label: "deskpipe.postgresql")
    private var site: PostgreSQLSite
    private let settings: PostgreSQLSettings
    private let logger: Logger
    private var session: PostgreSQLSession?
    private var staged: Staged?

    /// A batch whose rows are in the session's staging tables.
    private struct Staged {
        /// With the names of the database, without rows.
        var batch: LoadBatch
        var load: PostgreSQLLoad
        /// What the schema is known to hold after the batch.
        var state: SchemaState
        let session: PostgreSQLSession
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter site: shared by all workers of the schema.
    init(_ site: PostgreSQLSite, settings: PostgreSQLSettings, logger: Logger) {
        self.site = site
        self.settings = settings
        self.logger = logger
    }

    private var schema: SchemaName { site.schema }
    var statements: PostgreSQLStatements { site.statements }
    private var knowledge: SchemaKnowledge { site.knowledge }

    /// Works on another schema from here on, with a new session: the former one's tables and statements are not its.
    func serve(_ site: PostgreSQLSite) {
        close()
        self.site = site
    }

    /// Makes the schema and its bookkeeping where they are missing.
    func open(_ owner: SchemaOwner) throws {
        try transaction { session in
            try PostgreSQLOwnership(schema: schema, statements: statements, session: session).claim(for: owner)
            try commit(session)
        }
    }

    /// Does what loading needs and undoes it.
    func check() throws {
        try transaction { session in
            if try session.run(PostgreSQLDefinitions.schemaExists, [schema.rawValue]).rowCount == 0 {
                try session.run(statements.definitions.createSchema)
            }
            try session.run(statements.definitions.trial)
            try session.run("ROLLBACK")
        }
    }

    /// What the schema holds, in a transaction that only reads.
    func standing(for owner: SchemaOwner) throws -> SchemaStanding {
        try connected { session in
            try PostgreSQLOwnership(schema: schema, statements: statements, session: session).standing(for: owner)
        }
    }

    func catalog() throws -> SchemaCatalog {
        try repeated { session in
            // First: what changes in between is seen by the next load.
            knowledge.revision = try readRevision(session)
            let state = try readState(session)
            return state.names.full(state.catalog)
        }
    }

    func positions() throws -> [LogPosition] {
        try repeated { try positions($0).read() }
    }

    /// Copies a batch's rows into the session's staging tables.
    /// - Returns: the batch without its rows.
    func stage(_ batch: LoadBatch) throws -> LoadBatch {
        staged = nil
        do {
            staged = try repeated { try stage(batch, $0) }
            try Failpoint.rowsStaged.hit(orFail: DestinationError.atFailpoint)
        } catch DestinationError.failed(let reason) {
            try checkTables(of: batch)
            throw DestinationError.failed(reason)
        }
        return batch.withoutRows
    }

    func discard() {
        staged = nil
    }

    func apply(conclude: @Sendable (LoadOutcome) throws -> Conclusion) throws -> LoadOutcome {
        guard let staged else { throw DestinationError.stagingLost("nothing is staged there") }
        self.staged = nil
        do {
            let (outcome, doubt) = try attempt(staged, conclude)
            if let doubt { try settle(staged.batch, doubt) }
            return outcome
        } catch DestinationError.lockTimeout(let what) {
            throw DestinationError.lockTimeout(try connected { PostgreSQLLockHolders(schema, $0).named(in: what) })
        } catch DestinationError.failed(let reason) {
            try checkTables(of: staged.batch)
            throw DestinationError.failed(reason)
        }
    }

    /// Perhaps a table was changed by another hand since the schema was read.
    private func checkTables(of batch: LoadBatch) throws {
        try connected { session in
            var state = try readState(session)
            let named = state.names.named(batch.withoutRows)
            try state.check(named)
        }
    }

    func refusal(of batch: LoadBatch) throws -> String? {
        do {
            try connected { session in
                let trial = try stage(batch, session)
                try transaction { session in
                    var outcome = LoadOutcome(batchedAt: Timestamp(microseconds: 0))
                    try trial.load.begin()
                    try trial.load.applyChanges(trial.state.names)
                    try trial.load.applyRows(to: &outcome)
                    try session.run("ROLLBACK")
                }
            }
            return nil
        } catch DestinationError.refused(let reason) {
            return reason
        }
    }

    func unsentMessages(atMost count: Int) throws -> [OutboxMessage] {
        try repeated { session in
            let rows = try session.run(statements.bookkeeping.selectMessages(atMost: count))
            return (0..<rows.rowCount).map { row in
                OutboxMessage(
                    id: rows.text(row, 0) ?? "",
                    topic: rows.text(row, 1) ?? "",
                    key: rows.text(row, 2) ?? "",
                    body: rows.text(row, 3) ?? ""
                )
            }
        }
    }

    func removeSent(_ ids: [String]) throws {
        try transaction { session in
            // What a crash brings back is sent once more, and readers know it by its id.
            try session.run("SET LOCAL synchronous_commit = off")
            for statement in statements.bookkeeping.removeMessages(ids) { try session.run(statement) }
            try commit(session)
        }
    }

    func close() {
        session = nil
        staged = nil
    }
}

/// Loading.
extension PostgreSQLWorker {
    /// Loads the staged batch.
    /// - Returns: the outcome, and the error where the commit's answer was lost.
    /// - Throws: ``DestinationError/stagingLost`` where the session ended before the commit.
    private func attempt(
        _ staged: Staged,
        _ conclude: (LoadOutcome) throws -> Conclusion
    ) throws -> (outcome: LoadOutcome, doubt: DestinationError?) {
        guard session === staged.session else { throw DestinationError.stagingLost("it was ended meanwhile") }
        do {
            return try connected { session in
                guard session === staged.session else { throw DestinationError.stagingLost("it was ended meanwhile") }
                var state = staged.state
                // What the batch before it did, applied while this one was staged.
                if staged.batch.resets.isEmpty { state.withRows = try (knowledge.state ?? readState(session)).withRows }
                return try transaction { session in try write(staged, state, session, conclude) }
            }
        } catch DestinationError.unavailable(let reason) where session == nil {
            throw DestinationError.stagingLost(reason)
        }
    }

    /// Does all of a batch's transaction, its end included.
    private func write(
        _ staged: Staged,
        _ known: SchemaState,
        _ session: PostgreSQLSession,
        _ conclude: (LoadOutcome) throws -> Conclusion
    ) throws -> (outcome: LoadOutcome, doubt: DestinationError?) {
        let (batch, load) = (staged.batch, staged.load)
        var state = known
        let started = try session.run("SELECT (extract(epoch FROM now()) * 1000000)::bigint")
        var outcome = LoadOutcome(batchedAt: Timestamp(microseconds: started.integer(0, 0) ?? 0))
        let positions = positions(session)
        if !batch.replayed.isEmpty { try positions.lockAll() }
        let held = try positions.lock(batch.positions)
        guard PositionCheck(changes: batch.positions, held: held).isExpected else {
            throw DestinationError.positionMoved
        }
        try Failpoint.positionsLocked.hit(orFail: DestinationError.atFailpoint)
        let revision = knowledge.revision
        if let revision, try readRevision(session) != revision { throw DestinationError.positionMoved }
        try removeReplayed(batch, session)
        try load.checkRows(state)
        try load.begin()
        try load.applyChanges(state.names)
        try load.applyRows(to: &outcome)
        try Failpoint.rowsMerged.hit(orFail: DestinationError.atFailpoint)
        try load.applyVersions(to: &outcome)
        if !batch.versions.isEmpty { try Failpoint.versionsApplied.hit(orFail: DestinationError.atFailpoint) }
        try load.noteStreams(outcome, in: &state)
        outcome = state.names.full(outcome)
        for row in statements.bookkeeping.addRejected(batch.rejected) { try session.run(row) }
        try positions.write(batch.positions)
        try Failpoint.positionsWritten.hit(orFail: DestinationError.atFailpoint)
        try write(try conclude(outcome), at: outcome.batchedAt, session)
        let changed = revision != nil && !batch.changes.isEmpty ? try readRevision(session) : nil
        try session.emptyStages()
        try Failpoint.commitSending.hit(orFail: DestinationError.atFailpoint)
        do throws(DestinationError) {
            try commit(session)
            try Failpoint.commitAnswered.hit(orFail: DestinationError.atFailpoint)
        } catch {
            guard !session.connection.isAlive else { throw error }
            self.session = nil
            return (outcome, error)
        }
        session.stagesAreEmpty()
        state.names = state.names.stored()
        knowledge.loaded(state, revision: changed)
        return (outcome, nil)
    }

    private func stage(_ batch: LoadBatch, _ session: PostgreSQLSession) throws -> Staged {
        var state = try knowledge.state ?? readState(session)
        let batch = state.names.named(batch)
        try SQLIdentifier.check(batch, limit: SQLIdentifier.postgreSQL.longest)
        try state.check(batch)
        let repairs = state.begin(batch)
        for change in batch.changes { state.catalog.apply(change) }
        let load = try PostgreSQLLoad(
            staging: batch,
            catalog: state.catalog,
            repairs: repairs,
            statements: statements,
            session: session
        )
        return Staged(batch: batch.withoutRows, load: load, state: state, session: session)
    }

    private func write(_ conclusion: Conclusion, at time: Timestamp, _ session: PostgreSQLSession) throws {
        for statement in try statements.bookkeeping.addReports(conclusion.reports, at: time) {
            try session.run(statement)
        }
        for statement in statements.bookkeeping.addMessages(conclusion.outbox, at: time) { try session.run(statement) }
    }

    /// Finds out whether a commit without an answer took place, from the positions and behind their lock.
    /// - Throws: `doubt` where it did not, or where the server cannot be asked.
    private func settle(_ batch: LoadBatch, _ doubt: DestinationError) throws {
        logger.warning("a commit was not answered; the positions decide", metadata: [LogKeys.schema: "\(schema)"])
        knowledge.forget()
        let (check, isDone) = try transaction { session in
            let positions = positions(session)
            if !batch.replayed.isEmpty { try positions.lockAll() }
            let check = PositionCheck(changes: batch.positions, held: try positions.lock(batch.positions))
            let isDone = try isReplayed(batch, session)
            try session.run("ROLLBACK")
            return (check, isDone)
        }
        if check.isLoaded || isDone { return }
        throw check.isExpected ? doubt : DestinationError.positionMoved
    }
}

/// The session and its transactions.
extension PostgreSQLWorker {
    /// Runs with a session that is connected; forgets it, and what was known, where it breaks.
    func connected<Result>(_ body: (PostgreSQLSession) throws -> Result) throws -> Result {
        if let session, !session.connection.isAlive {
            logger.info("connecting to the destination again", metadata: [LogKeys.schema: "\(schema)"])
            self.session = nil
        }
        let session = try self.session ?? PostgreSQLSession(settings, schema: schema)
        self.session = session
        do {
            return try body(session)
        } catch {
            knowledge.forget()
            if !session.connection.isAlive { self.session = nil }
            throw error
        }
    }

    /// As ``connected(_:)``, once more with a new session where one that was idle has been ended by the server.
    /// - Parameter body: done twice, it has done no more than once.
    func repeated<Result>(_ body: (PostgreSQLSession) throws -> Result) throws -> Result {
        let isNew = session == nil
        do {
            return try connected(body)
        } catch DestinationError.unavailable where !isNew && session == nil {
            return try connected(body)
        }
    }

    /// Runs in a transaction that the body ends; an error that it throws rolls back.
    private func transaction<Result>(_ body: (PostgreSQLSession) throws -> Result) throws -> Result {
        try connected { session in
            try session.run("BEGIN")
            do {
                return try body(session)
            } catch {
                // What cannot be rolled back has been by the server: only a lost connection answers with an error.
                _ = try? session.run("ROLLBACK")
                throw error
            }
        }
    }

    private func commit(_ session: PostgreSQLSession) throws(DestinationError) {
        try session.commit()
    }

    private func positions(_ session: PostgreSQLSession) -> PostgreSQLPositions {
        PostgreSQLPositions(bookkeeping: statements.bookkeeping, session: session)
    }

    func readState(_ session: PostgreSQLSession) throws(DestinationError) -> SchemaState {
        let state = try PostgreSQLCatalog(schema: schema, statements: statements, session: session).read()
        knowledge.state = state
        return state
    }
}
