import GRDB
import Loader
import Model

import struct Loader.Column
import struct Loader.Table

/// One batch on its way into an SQLite file, inside the caller's transaction.
struct SQLiteLoad {
    let batch: LoadBatch
    let bookkeeping: SQLiteBookkeeping
    let file: SQLiteFile

    private var statements: SQLiteStatements { bookkeeping.statements }
    private var database: Database { bookkeeping.database }

    /// Refuses a table that has lost all its rows by another hand.
    func checkRows(_ state: SchemaState) throws {
        for table in state.tablesWithRows(batch) where try !hasRow(table) { throw state.truncated(table) }
    }

    /// Puts the tables of streams that are read anew right: those that are damaged go.
    func begin(_ state: inout SchemaState) throws {
        for repair in state.begin(batch) {
            try bookkeeping.run(statements.bookkeeping.begin(repair.stream, table: repair.table))
            for harm in repair.harmed {
                if case .lost = harm.kind { try database.execute(sql: statements.dropTable(harm.table)) }
                try bookkeeping.run([statements.bookkeeping.forgetEntry(of: harm.table)])
            }
            if repair.hasTable, try hasRow(repair.table) { continue }
            for table in repair.subtables {
                try database.execute(sql: statements.bookkeeping.deleteRows(of: table))
            }
        }
    }

    /// Notes schema events, and which tables have rows now.
    func noteStreams(_ outcome: LoadOutcome, in state: inout SchemaState) throws {
        try bookkeeping.run(try batch.declarations.map { try statements.bookkeeping.setDeclaration($0) })
        for (table, result) in outcome.tables {
            let stream = state.names.fullName(ofTable: table)
            if result.inserted + result.updated > 0, result.deleted == 0 {
                guard state.withRows.insert(stream).inserted else { continue }
                try bookkeeping.run([statements.bookkeeping.setHasRows(true, of: stream)])
            } else if result.deleted > 0 {
                let hasRow = try hasRow(table)
                if hasRow { state.withRows.insert(stream) } else { state.withRows.remove(stream) }
                try bookkeeping.run([statements.bookkeeping.setHasRows(hasRow, of: stream)])
            }
        }
    }

    private func hasRow(_ table: String) throws -> Bool {
        try Bool.fetchOne(database, sql: statements.bookkeeping.hasRow(table)) ?? false
    }

    /// Makes the tables and columns that the batch needs.
    /// - Parameter state: its catalog becomes what it is after the changes; the names chosen for them are stored.
    func applyChanges(to state: inout SchemaState) throws {
        try SQLIdentifier.check(batch, limit: nil)
        try bookkeeping.run(statements.bookkeeping.addNames(state.names.added))
        for change in batch.changes {
            let name: String
            switch change {
            case .createTable(let table):
                name = table.name
                try placed(name) { try create(table) }
            case .addColumn(let table, let column):
                name = table
                try placed(name) { try add(column, to: table) }
            }
            state.catalog.apply(change)
            guard let table = state.catalog.tables[name] else { continue }
            try bookkeeping.run([statements.bookkeeping.setEntry(TableEntry(table))])
        }
    }

    private func create(_ table: Table) throws {
        guard try columns(of: table.name).isEmpty else { return }
        try database.execute(sql: statements.createTable(table))
        // A table that someone dropped starts anew: its records have not been seen.
        try bookkeeping.run([statements.bookkeeping.forgetKeys(of: table.name)])
    }

    private func add(_ column: Column, to table: String) throws {
        guard try !columns(of: table).contains(column.name) else { return }
        try database.execute(sql: statements.addColumn(column, to: table))
    }

    private func columns(of table: String) throws -> [String] {
        try String.fetchAll(database, sql: SQLiteStatements.columns, arguments: [table])
    }

    /// Writes the batch's rows.
    func applyRows(_ catalog: SchemaCatalog, to outcome: inout LoadOutcome) throws {
        for load in batch.tables where !load.records.isEmpty {
            var result = outcome.tables[load.table.name] ?? TableOutcome()
            let writer = SQLiteTableWriter(
                database: database,
                statements: statements,
                subtables: catalog.subtables(of: load.table.name),
                batchedAt: outcome.batchedAt
            )
            try placed(load.table.name) { try writer.write(load, to: &result) }
            outcome.tables[load.table.name] = result
        }
    }

    /// Deletes or marks what complete reads no longer brought.
    func applyVersions(_ catalog: SchemaCatalog, to outcome: inout LoadOutcome) throws {
        for change in batch.versions {
            guard let table = catalog.tables[change.table] else { continue }
            switch table.kind {
            case .kept: try placed(table.name) { try markDeleted(change, in: table) }
            case .versioned, .appended: try placed(table.name) { try deleteOld(change, in: table, catalog) }
            case .keyed, .subtable: continue
            }
            let count = try Int.fetchOne(database, sql: "SELECT changes()") ?? 0
            outcome.tables[table.name, default: TableOutcome()].deleted += count
            guard case .kept = table.kind else { continue }
            try database.execute(sql: statements.noteDeleted, arguments: [table.name, change.tableVersion])
        }
    }

    private func markDeleted(_ change: VersionChange, in table: Table) throws {
        try database.execute(
            sql: statements.markDeleted(table),
            arguments: [change.time.formatted(.microseconds), table.name, change.tableVersion]
        )
    }

    private func deleteOld(_ change: VersionChange, in table: Table, _ catalog: SchemaCatalog) throws {
        for subtable in catalog.subtables(of: table.name) {
            try database.execute(
                sql: statements.deleteOldSubrows(of: subtable, root: table),
                arguments: [change.tableVersion]
            )
        }
        try database.execute(sql: statements.deleteOldRows(of: table), arguments: [change.tableVersion])
    }

    /// Names the table in what SQLite refuses.
    private func placed<Result>(_ table: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw file.destinationError(error, table: table)
        }
    }
}
