import GRDB
import Loader
import Model

import struct Loader.Column
import struct Loader.Table

/// Writes the rows of one root table and its sub-tables, inside the caller's transaction.
struct SQLiteTableWriter {
    let database: Database
    let statements: SQLiteStatements
    /// All sub-tables of the root, also those that the batch has no rows for.
    let subtables: [Table]
    let batchedAt: Timestamp

    /// What becomes of a record.
    private enum Verdict {
        case insert
        case update
        case unchanged
        case superseded
    }

    func write(_ load: TableLoad, to result: inout TableOutcome) throws {
        var isEffective = [Bool](repeating: false, count: load.records.count)
        try writeRoots(load, &isEffective, &result)
        for subload in load.subtables {
            let count = try writeSubrows(subload, of: load, isEffective)
            result.subtables[subload.table.name, default: 0] += count
        }
    }

    private func writeRoots(_ load: TableLoad, _ isEffective: inout [Bool], _ result: inout TableOutcome) throws {
        let table = load.table
        let keys = try table.key.map { try place(of: $0, in: table) }
        let current = try CurrentRow(table, statements, database)
        let deletes = try subtables.map { subtable in
            try RowStatement(statements.deleteSubrows(of: subtable, root: table), database)
        }
        let upsert = try RowStatement(statements.upsert(table), database)
        var writer = try SQLiteRowBinder(load.rows, table, upsert, batchedAt)
        try writer.withBytes { writer in
            for row in load.records.indices {
                let record = load.records[row]
                writer.read(row)
                guard keys.allSatisfy({ writer.isPresent($0) }) else {
                    throw DestinationError.refused("no value in a key column of table \(table.name)")
                }
                switch try current.verdict(on: record, keys, &writer) {
                case .superseded: result.superseded += 1
                case .unchanged:
                    result.unchanged += 1
                    try current.note(record, keys, &writer)
                case .insert:
                    result.inserted += 1
                    isEffective[row] = true
                case .update:
                    result.updated += 1
                    isEffective[row] = true
                }
                guard isEffective[row] else { continue }
                try writer.write(record)
                try current.note(record, keys, &writer)
                for delete in deletes {
                    writer.bind(keys, to: delete, from: 1)
                    try delete.run()
                }
            }
        }
    }

    private func writeSubrows(_ subload: SubtableLoad, of load: TableLoad, _ isEffective: [Bool]) throws -> Int {
        let statement = try RowStatement(statements.insert(subload.table), database)
        var writer = try SQLiteRowBinder(subload.rows, subload.table, statement, batchedAt)
        var count = 0
        try writer.withBytes { writer in
            for row in subload.parents.indices where isEffective[subload.parents[row]] {
                writer.read(row)
                try writer.write(load.records[subload.parents[row]])
                count += 1
            }
        }
        return count
    }

    private func place(of column: String, in table: Table) throws -> Int {
        guard let place = table.columns.firstIndex(where: { $0.name == column }) else {
            throw DestinationError.failed("table \(table.name) has no key column \(column)")
        }
        return place
    }

    /// What the table, and for a kept list its bookkeeping, holds for a record.
    private struct CurrentRow {
        private let table: Table
        private let sequence: RowStatement
        private let known: RowStatement?
        private let noteKey: RowStatement?

        init(_ table: Table, _ statements: SQLiteStatements, _ database: Database) throws {
            self.table = table
            sequence = try RowStatement(statements.sequence(of: table), database)
            if case .kept = table.kind {
                known = try RowStatement(statements.selectKey, database)
                noteKey = try RowStatement(statements.noteKey(table), database)
            } else {
                known = nil
                noteKey = nil
            }
        }

        func verdict(
            on record: TableLoad.Record,
            _ keys: [Int],
            _ writer: inout SQLiteRowBinder
        ) throws -> Verdict {
            if let known {
                known.bind(table.name, 1)
                known.bind(record.key, 2)
                let earlier = try known.first { row in
                    if record.sequence <= row.integer(0) { return Verdict.superseded }
                    let isSame = row.integer(2) == 0 && record.digest != nil && row.text(1) == record.digest
                    return isSame ? Verdict.unchanged : Verdict.update
                }
                if let earlier, earlier != .update { return earlier }
            }
            writer.bind(keys, to: sequence, from: 1)
            guard let held = try sequence.first({ $0.integer(0) }) else { return .insert }
            if case .appended = table.kind { return .superseded }
            return record.sequence > held ? .update : .superseded
        }

        /// Notes a kept list's record.
        func note(_ record: TableLoad.Record, _ keys: [Int], _ writer: inout SQLiteRowBinder) throws {
            guard let noteKey else { return }
            noteKey.bind(table.name, 1)
            noteKey.bind(record.key, 2)
            noteKey.bind(record.sequence, 3)
            noteKey.bind(record.tableVersion, 4)
            noteKey.bind(record.digest, 5)
            writer.bind(keys, to: noteKey, from: 6)
            try noteKey.run()
        }
    }
}
