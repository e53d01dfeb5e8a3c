import Foundation
import Loader
import Model

/// A statement with its parameters as text; the columns that they go to give them their types.
struct BoundStatement {
    var sql: String
    var parameters: [String?] = []
}

/// The SQL of the bookkeeping tables, the same for every database that speaks it.
struct BookkeepingSQL {
    /// What tables are qualified with: a PostgreSQL schema, SQLite's `main`.
    let schema: String

    /// Rows of one INSERT.
    private static let chunk = 100

    func name(_ table: BookkeepingTable) -> String { name(table.rawValue) }
    func name(_ table: String) -> String { "\(SQLIdentifier.quoted(schema)).\(SQLIdentifier.quoted(table))" }

    func insertOwner(_ owner: SchemaOwner, at time: Timestamp) -> BoundStatement {
        insert(
            .owner,
            [
                owner.connection.tenant.rawValue, owner.connection.connection.rawValue, owner.source.rawValue,
                time.formatted(.microseconds), String(BookkeepingTable.format),
            ]
        )
    }

    var selectOwner: String { "SELECT tenant, connection, source, format FROM \(name(.owner))" }

    var selectPositions: String {
        "SELECT topic, partition, next_offset, sequence FROM \(name(.positions)) ORDER BY topic, partition"
    }

    func setPosition(_ position: LogPosition) -> BoundStatement {
        BoundStatement(
            sql: """
                INSERT INTO \(name(.positions)) (topic, partition, next_offset, sequence) VALUES ($1, $2, $3, $4)
                ON CONFLICT (topic, partition)
                DO UPDATE SET next_offset = excluded.next_offset, sequence = excluded.sequence
                """,
            parameters: [
                position.topic, String(position.partition), String(position.nextOffset), String(position.sequence),
            ]
        )
    }

    func setEntry(_ entry: TableEntry) throws -> BoundStatement {
        BoundStatement(
            sql: """
                INSERT INTO \(name(.tables)) (table_name, kind, key_columns, root, column_types)
                VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (table_name) DO UPDATE SET kind = excluded.kind, key_columns = excluded.key_columns,
                root = excluded.root, column_types = excluded.column_types
                """,
            parameters: [entry.name, entry.kindName, try entry.keyText(), entry.root, try entry.typesText()]
        )
    }

    /// Makes all columns of tables count as Deskpipe's.
    var forgetTypes: String { "UPDATE \(name(.tables)) SET column_types = '{}'" }

    /// Says that the bookkeeping is as this version makes it.
    var setFormat: String { "UPDATE \(name(.owner)) SET format = \(BookkeepingTable.format)" }

    var selectNames: String { "SELECT table_name, column_name, full_name FROM \(name(.names))" }

    func addNames(_ entries: [NameMap.Entry]) -> [BoundStatement] {
        inserts(.names, entries.map { [$0.table, $0.column, $0.fullName] })
    }

    var selectEntries: String { "SELECT table_name, kind, key_columns, root, column_types FROM \(name(.tables))" }

    /// Gives the columns of ``StreamRow``.
    var selectStreams: String {
        "SELECT stream, sequence, schema, CASE WHEN has_rows THEN 1 ELSE 0 END FROM \(name(.streams))"
    }

    func setDeclaration(_ declaration: StreamDeclaration) throws -> BoundStatement {
        BoundStatement(
            sql: """
                INSERT INTO \(name(.streams)) (stream, sequence, schema) VALUES ($1, $2, $3)
                ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence, schema = excluded.schema
                """,
            parameters: [
                declaration.schema.stream.rawValue, String(declaration.sequence),
                try WireJSON.text(of: declaration.schema),
            ]
        )
    }

    /// Notes whether a stream's table has rows.
    func setHasRows(_ hasRows: Bool, of stream: String) -> BoundStatement {
        BoundStatement(
            sql: """
                INSERT INTO \(name(.streams)) (stream, has_rows) VALUES ($1, $2)
                ON CONFLICT (stream) DO UPDATE SET has_rows = excluded.has_rows
                """,
            parameters: [stream, hasRows ? "1" : "0"]
        )
    }

    /// Whether a table has a row: 1 or 0.
    func hasRow(_ table: String) -> String {
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM \(name(table))) THEN 1 ELSE 0 END"
    }

    /// Has the records of a stream that is read anew written again, and takes an empty table of it for no fault.
    ///
    /// The records of a kept list stay known: one that does not come again is marked as deleted.
    func begin(_ stream: String, table: String) -> [BoundStatement] {
        [
            BoundStatement(
                sql: "UPDATE \(name(.streams)) SET has_rows = $1 WHERE stream = $2",
                parameters: ["0", stream]
            ),
            BoundStatement(sql: "UPDATE \(name(.keys)) SET digest = NULL WHERE table_name = $1", parameters: [table]),
        ]
    }

    func deleteRows(of table: String) -> String { "DELETE FROM \(name(table))" }

    /// Forgets a table that is dropped.
    func forgetEntry(of table: String) -> BoundStatement {
        BoundStatement(sql: "DELETE FROM \(name(.tables)) WHERE table_name = $1", parameters: [table])
    }

    func forgetKeys(of table: String) -> BoundStatement {
        BoundStatement(sql: "DELETE FROM \(name(.keys)) WHERE table_name = $1", parameters: [table])
    }

    /// Writes reports and forgets those that have had their time.
    func addReports(_ reports: [LoadingReport], at time: Timestamp) throws -> [BoundStatement] {
        guard !reports.isEmpty else { return [] }
        let oldest = (time - LoadsRow.kept).formatted(.microseconds)
        let purge = BoundStatement(sql: "DELETE FROM \(name(.loads)) WHERE completed_at < $1", parameters: [oldest])
        return inserts(.loads, try reports.map { try LoadsRow.values(of: $0) }) + [purge]
    }

    func addMessages(_ messages: [OutboxMessage], at time: Timestamp) -> [BoundStatement] {
        let created = time.formatted(.microseconds)
        return inserts(.outbox, messages.map { [$0.id, $0.topic, $0.key, $0.body, created] })
    }

    func selectMessages(atMost count: Int) -> String {
        "SELECT id, topic, message_key, body FROM \(name(.outbox)) ORDER BY place LIMIT \(count)"
    }

    func removeMessages(_ ids: [String]) -> [BoundStatement] {
        chunks(of: ids).map { ids in
            let marks = (1...ids.count).map { "$\($0)" }.joined(separator: ", ")
            return BoundStatement(sql: "DELETE FROM \(name(.outbox)) WHERE id IN (\(marks))", parameters: Array(ids))
        }
    }

    func addRejected(_ rows: [RejectedRow]) -> [BoundStatement] {
        inserts(
            .rejected,
            rows.map { row in
                [
                    row.rejectedAt.formatted(.microseconds), row.table.withoutNUL, row.reason.withoutNUL,
                    row.record.withoutNUL, row.sequence.map(String.init), row.tableVersion.map(String.init),
                    row.extractedAt?.formatted(.microseconds), row.topic, String(row.partition), String(row.offset),
                    row.replayable ? "1" : "0",
                ]
            }
        )
    }

    private func insert(_ table: BookkeepingTable, _ values: [String?]) -> BoundStatement {
        inserts(table, [values])[0]
    }

    private func inserts(_ table: BookkeepingTable, _ rows: [[String?]]) -> [BoundStatement] {
        let columns = SQLIdentifier.list(table.columns.map(\.name))
        let width = table.columns.count
        return chunks(of: rows).map { rows in
            let values = rows.indices.map { row in
                let first = (row - rows.startIndex) * width
                return "(" + (1...width).map { "$\(first + $0)" }.joined(separator: ", ") + ")"
            }
            return BoundStatement(
                sql: "INSERT INTO \(name(table)) (\(columns)) VALUES \(values.joined(separator: ", ")) "
                    + "ON CONFLICT DO NOTHING",
                parameters: rows.flatMap { $0 }
            )
        }
    }

    private func chunks<Element>(of all: [Element]) -> [ArraySlice<Element>] {
        stride(from: 0, to: all.count, by: Self.chunk).map { all[$0..<min($0 + Self.chunk, all.count)] }
    }
}

extension String {
    fileprivate var withoutNUL: String { utf8.contains(0) ? replacing("\0", with: "") : self }
}
