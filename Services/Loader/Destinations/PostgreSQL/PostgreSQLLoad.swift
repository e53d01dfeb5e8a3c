import LibPQ
import Loader
import Model

/// One batch on its way into a PostgreSQL schema: first into the staging tables, then, inside the caller's transaction,
/// into the tables.
struct PostgreSQLLoad {
    private let batch: LoadBatch
    private let statements: PostgreSQLStatements
    private let session: PostgreSQLSession
    /// As it will be after the batch's changes.
    private let catalog: SchemaCatalog
    /// Each root table with its sub-tables.
    private let stages: [(root: StagedTable, subtables: [StagedTable])]
    /// For each stream that is read anew.
    private let repairs: [TableRepair]

    /// A table whose rows are in a staging table.
    struct StagedTable {
        var table: Table
        var stage: PostgreSQLStage
        var rows: Int
    }

    /// Copies the batch's rows into staging tables, without a lock on anything that others use.
    init(
        staging batch: LoadBatch,
        catalog: SchemaCatalog,
        repairs: [TableRepair],
        statements: PostgreSQLStatements,
        session: PostgreSQLSession
    ) throws(DestinationError) {
        self.batch = batch.withoutRows
        self.repairs = repairs
        self.statements = statements
        self.session = session
        self.catalog = catalog
        try session.makeWorkTables()
        var stages: [(root: StagedTable, subtables: [StagedTable])] = []
        for load in batch.tables where !load.records.isEmpty {
            stages.append(try Self.staged(load, session))
        }
        self.stages = stages
    }

    private static func staged(
        _ load: TableLoad,
        _ session: PostgreSQLSession
    ) throws(DestinationError) -> (root: StagedTable, subtables: [StagedTable]) {
        let layout = try RowLayout(load.rows, in: load.table)
        let stage = try session.emptyStage(for: load.table)
        let encoder = CopyEncoder(load, layout: layout, isKept: stage.isKept, chunk: PQConnection.copyChunk)
        try session.copy(encoder, into: stage, table: load.table.name)
        var subtables: [StagedTable] = []
        for subload in load.subtables where subload.rows.count > 0 {
            let layout = try RowLayout(subload.rows, in: subload.table)
            let stage = try session.emptyStage(for: subload.table)
            let encoder = CopyEncoder(subload, of: load.records, layout: layout, chunk: PQConnection.copyChunk)
            try session.copy(encoder, into: stage, table: subload.table.name)
            subtables.append(StagedTable(table: subload.table, stage: stage, rows: subload.rows.count))
        }
        return (StagedTable(table: load.table, stage: stage, rows: load.records.count), subtables)
    }

    /// Refuses a table that has lost all its rows by another hand.
    func checkRows(_ state: SchemaState) throws(DestinationError) {
        for table in state.tablesWithRows(batch) {
            guard try hasRow(table) else { throw state.truncated(table) }
        }
    }

    /// Notes schema events, and which tables have rows now.
    func noteStreams(_ outcome: LoadOutcome, in state: inout SchemaState) throws {
        for declaration in batch.declarations { try session.run(statements.bookkeeping.setDeclaration(declaration)) }
        for (table, result) in outcome.tables {
            let stream = state.names.fullName(ofTable: table)
            if result.inserted + result.updated > 0, result.deleted == 0 {
                guard state.withRows.insert(stream).inserted else { continue }
                try session.run(statements.bookkeeping.setHasRows(true, of: stream))
            } else if result.deleted > 0 {
                let hasRow = try hasRow(table)
                if hasRow { state.withRows.insert(stream) } else { state.withRows.remove(stream) }
                try session.run(statements.bookkeeping.setHasRows(hasRow, of: stream))
            }
        }
    }

    /// Puts the tables of streams that are read anew right: those that are damaged go.
    func begin() throws(DestinationError) {
        guard !repairs.isEmpty else { return }
        try session.run(PostgreSQLDefinitions.lock, [statements.definitions.schema.rawValue])
        for repair in repairs {
            for statement in statements.bookkeeping.begin(repair.stream, table: repair.table) {
                try session.run(statement)
            }
            for harm in repair.harmed {
                if case .lost = harm.kind { try drop(harm.table, of: repair.stream) }
                try session.run(statements.bookkeeping.forgetEntry(of: harm.table))
            }
            if repair.hasTable, try hasRow(repair.table) { continue }
            for table in repair.subtables {
                try session.run(statements.bookkeeping.deleteRows(of: table), table: table)
            }
        }
    }

    private func hasRow(_ table: String) throws(DestinationError) -> Bool {
        try session.run(statements.bookkeeping.hasRow(table), table: table).integer(0, 0) == 1
    }

    /// Drops a table that nothing else is made of.
    private func drop(_ table: String, of stream: String) throws(DestinationError) {
        let arguments = [statements.definitions.schema.rawValue, table]
        let views = try session.run(PostgreSQLDefinitions.dependents, arguments).column(0)
        guard views.isEmpty else {
            throw .resetRefused(
                stream: stream,
                why: "table \(table) has to be made anew, and \(views.joined(separator: ", ")) is made of it; "
                    + "drop that, and make it again once the stream is loaded"
            )
        }
        do {
            try session.run(statements.definitions.dropTable(table), table: table)
        } catch .failed(let reason) {
            throw .resetRefused(stream: stream, why: "table \(table) has to be made anew: \(reason)")
        }
    }

    /// Makes the tables and columns that the batch needs, one transaction of a schema at a time.
    /// - Parameter names: what was chosen for them is stored.
    func applyChanges(_ names: NameMap) throws {
        for statement in statements.bookkeeping.addNames(names.added) { try session.run(statement) }
        guard !batch.changes.isEmpty else { return }
        try session.run(PostgreSQLDefinitions.lock, [statements.definitions.schema.rawValue])
        var widened: Set<String> = []
        for change in batch.changes {
            switch change {
            case .createTable(let table):
                let isThere = try session.run(PostgreSQLDefinitions.relations, [statements.definitions.schema.rawValue])
                    .column(0).contains(table.name)
                if isThere { continue }
                try session.run(statements.definitions.createTable(table), table: table.name)
                // A table that someone dropped starts anew: its records have not been seen.
                try session.run(statements.bookkeeping.forgetKeys(of: table.name))
                try session.run(try statements.bookkeeping.setEntry(TableEntry(table)))
            case .addColumn(let table, let column):
                try session.run(statements.definitions.addColumn(column, to: table), table: table)
                widened.insert(table)
            }
        }
        for table in widened.sorted() {
            guard let table = catalog.tables[table] else { continue }
            try session.run(try statements.bookkeeping.setEntry(TableEntry(table)))
        }
    }

    /// Moves the staged rows into their tables.
    func applyRows(to outcome: inout LoadOutcome) throws(DestinationError) {
        for (root, subtables) in stages {
            var result = outcome.tables[root.table.name] ?? TableOutcome()
            let move = PostgreSQLMove(
                statements: statements,
                session: session,
                root: root,
                subtables: catalog.subtables(of: root.table.name),
                staged: subtables
            )
            try move.run(&result)
            outcome.tables[root.table.name] = result
        }
    }

    /// Deletes or marks what complete reads no longer brought.
    func applyVersions(to outcome: inout LoadOutcome) throws(DestinationError) {
        for change in batch.versions {
            guard let table = catalog.tables[change.table] else { continue }
            let version = String(change.tableVersion)
            let deleted: PQResult
            switch table.kind {
            case .kept:
                deleted = try session.run(
                    statements.markDeleted(table),
                    [table.name, version, change.time.formatted(.microseconds)],
                    table: table.name
                )
            case .versioned, .appended:
                for subtable in catalog.subtables(of: table.name) {
                    let sql = statements.deleteOldSubrows(of: subtable, root: table)
                    try session.run(sql, [version], table: subtable.name)
                }
                deleted = try session.run(statements.deleteOldRows(of: table), [version], table: table.name)
            case .keyed, .subtable: continue
            }
            outcome.tables[table.name, default: TableOutcome()].deleted += deleted.affectedRows
        }
    }
}

extension PQResult {
    /// All values of a column that are not NULL.
    func column(_ column: Int) -> [String] {
        (0..<rowCount).compactMap { text($0, column) }
    }
}
