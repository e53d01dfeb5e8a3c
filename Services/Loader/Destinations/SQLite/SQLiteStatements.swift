import Loader

extension CellType {
    /// The declared type of a column. Decimals have none, so that SQLite stores each value as it is given.
    var sqlite: String {
        switch self {
        case .integer, .boolean: "INTEGER"
        case .timestamp, .text: "TEXT"
        case .decimal: ""
        }
    }
}

/// The SQL of a schema in SQLite.
struct SQLiteStatements {
    let bookkeeping = BookkeepingSQL(schema: "main")

    static let session = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"

    static let relations = """
        SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND substr(name, 1, 7) <> 'sqlite_'
        """

    static let columns = "SELECT name FROM pragma_table_info(?)"

    /// All tables with each of their columns, and all views without: name, whether it is a table, column.
    static let allColumns = """
        SELECT m.name, m.type = 'table', c.name FROM sqlite_master m
        LEFT JOIN pragma_table_info(CASE m.type WHEN 'table' THEN m.name END) c
        WHERE m.type IN ('table', 'view') AND substr(m.name, 1, 7) <> 'sqlite_' ORDER BY m.name, c.cid
        """

    static let trial = "CREATE TABLE _deskpipe_check (id INTEGER PRIMARY KEY); INSERT INTO _deskpipe_check VALUES (1)"

    func createBookkeeping() -> String {
        BookkeepingTable.allCases.map { table in
            if table == .outbox {
                return "CREATE TABLE IF NOT EXISTS \(name(table.rawValue)) "
                    + "(place INTEGER PRIMARY KEY AUTOINCREMENT, \(definitions(table.columns)));"
            }
            let key = table.key.isEmpty ? "" : ", PRIMARY KEY (\(SQLIdentifier.list(table.key)))"
            return "CREATE TABLE IF NOT EXISTS \(name(table.rawValue)) (\(definitions(table.columns))\(key));"
        }.joined(separator: "\n") + """

            CREATE INDEX IF NOT EXISTS _deskpipe_loads_completed_at ON _deskpipe_loads (completed_at);
            CREATE UNIQUE INDEX IF NOT EXISTS _deskpipe_outbox_id ON _deskpipe_outbox (id);
            """
    }

    /// Rows of sub-tables lie in the order of their key, those of a record side by side.
    func createTable(_ table: Table) -> String {
        let columns = table.columns.map { column in
            "\(definition(column))\(table.key.contains(column.name) ? " NOT NULL" : "")"
        }
        let layout = if case .subtable = table.kind { " WITHOUT ROWID" } else { "" }
        return "CREATE TABLE IF NOT EXISTS \(name(table.name)) (\(columns.joined(separator: ", ")), "
            + "PRIMARY KEY (\(SQLIdentifier.list(table.key))))\(layout)"
    }

    func dropTable(_ table: String) -> String { "DROP TABLE IF EXISTS \(name(table))" }

    func addColumn(_ column: Column, to table: String) -> String {
        "ALTER TABLE \(name(table)) ADD COLUMN \(definition(column))"
    }

    /// The sequence of the row with a key, a parameter for each key column.
    func sequence(of table: Table) -> String {
        let sequence = SQLIdentifier.quoted(SystemColumn.sequence)
        return "SELECT \(sequence) FROM \(name(table.name)) WHERE \(matches(table.key))"
    }

    /// Writes a row, a parameter for each column; one that is there is replaced whole.
    func upsert(_ table: Table) -> String {
        let columns = table.columns.map(\.name)
        let replaced = columns.filter { !table.key.contains($0) }.map { name in
            "\(SQLIdentifier.quoted(name)) = excluded.\(SQLIdentifier.quoted(name))"
        }
        return insert(table) + " ON CONFLICT (\(SQLIdentifier.list(table.key))) DO UPDATE SET "
            + replaced.joined(separator: ", ")
    }

    func insert(_ table: Table) -> String {
        let marks = table.columns.map { _ in "?" }.joined(separator: ", ")
        return "INSERT INTO \(name(table.name)) (\(SQLIdentifier.list(table.columns.map(\.name)))) VALUES (\(marks))"
    }

    /// Removes a record's rows from a sub-table, a parameter for each key column of the root.
    func deleteSubrows(of subtable: Table, root: Table) -> String {
        "DELETE FROM \(name(subtable.name)) WHERE \(matches(Array(subtable.key.prefix(root.key.count))))"
    }

    /// What is known of a kept list's record: sequence, hash, deleted; parameters table and record key.
    var selectKey: String {
        "SELECT sequence, digest, deleted FROM \(bookkeeping.name(.keys)) WHERE table_name = ? AND record_key = ?"
    }

    /// Notes a kept list's record; parameters table, record key, sequence, version, hash, then the row's key columns.
    func noteKey(_ table: Table) -> String {
        """
        INSERT OR REPLACE INTO \(bookkeeping.name(.keys))
            (table_name, record_key, sequence, table_version, digest, deleted, row_key)
        VALUES (?, ?, ?, ?, ?, 0, json_array(\(table.key.map { _ in "?" }.joined(separator: ", "))))
        """
    }

    /// Marks the rows of a kept list that older versions brought; parameters time, table, version.
    func markDeleted(_ table: Table) -> String {
        """
        UPDATE \(name(table.name)) SET \(SQLIdentifier.quoted(SystemColumn.deletedAt)) = ?
        WHERE json_array(\(SQLIdentifier.list(table.key))) IN (SELECT row_key FROM \(bookkeeping.name(.keys))
            WHERE table_name = ? AND deleted = 0 AND coalesce(table_version, 0) < ?)
        """
    }

    /// Notes what ``markDeleted(_:)`` marked; parameters table and version.
    var noteDeleted: String {
        """
        UPDATE \(bookkeeping.name(.keys)) SET deleted = 1
        WHERE table_name = ? AND deleted = 0 AND coalesce(table_version, 0) < ?
        """
    }

    /// Deletes the sub-rows of the rows that older versions brought; parameter version.
    func deleteOldSubrows(of subtable: Table, root: Table) -> String {
        """
        DELETE FROM \(name(subtable.name)) WHERE (\(SQLIdentifier.list(Array(subtable.key.prefix(root.key.count))))) IN
            (SELECT \(SQLIdentifier.list(root.key)) FROM \(name(root.name)) WHERE \(Self.isOld))
        """
    }

    /// Deletes the rows that older versions brought; parameter version.
    func deleteOldRows(of table: Table) -> String {
        "DELETE FROM \(name(table.name)) WHERE \(Self.isOld)"
    }

    private static var isOld: String { "coalesce(\(SQLIdentifier.quoted(SystemColumn.tableVersion)), 0) < ?" }

    private func name(_ table: String) -> String { bookkeeping.name(table) }

    private func matches(_ key: [String]) -> String {
        key.map { "\(SQLIdentifier.quoted($0)) = ?" }.joined(separator: " AND ")
    }

    private func definitions(_ columns: [Column]) -> String {
        columns.map(definition).joined(separator: ", ")
    }

    private func definition(_ column: Column) -> String {
        let type = column.type.sqlite
        return SQLIdentifier.quoted(column.name) + (type.isEmpty ? "" : " \(type)")
    }
}
