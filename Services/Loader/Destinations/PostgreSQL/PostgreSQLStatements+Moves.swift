import Loader

/// Moving staged rows where all of them are new, or where all of them replace rows.
extension PostgreSQLStatements {
    /// Makes the server find rows by their keys. It knows nothing of how few rows temporary tables hold, and would read
    /// all of a table for each batch.
    static let lookUp = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
    static let lookUpNoMore = "SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on"

    /// Whether a table has a row of any staged record: 1 or 0. Fails for a view in the table's place, which might let
    /// itself be written to: it has no `ctid`.
    /// - Parameters:
    ///   - table: the root table, or one of its sub-tables.
    ///   - stage: the root table's.
    func hasAny(in table: Table, root: Table, stage: PostgreSQLStage) -> String {
        """
        SELECT CASE WHEN EXISTS (
            SELECT 1 FROM \(stage.name) s CROSS JOIN LATERAL (
                SELECT t.ctid FROM \(definitions.qualified(table.name)) t WHERE \(matched(table, root, stage)) OFFSET 0
            ) old
        ) THEN 1 ELSE 0 END
        """
    }

    /// Writes all staged rows; fails where one is there.
    func insert(_ table: Table, from stage: PostgreSQLStage) -> String {
        """
        INSERT INTO \(definitions.qualified(table.name)) (\(SQLIdentifier.list(table.columns.map(\.name))))
        SELECT \(sources(table, stage)) FROM \(stage.name) s
        """
    }

    /// Whether a row may be deleted and written anew in the same transaction without anyone noticing: 1 or 0; `$1` is
    /// the table.
    ///
    /// Not where others have added columns, triggers, foreign keys (which are triggers), rules, policies or children,
    /// nor where they may follow the changes one by one.
    func isOursAlone(_ table: Table) -> String {
        """
        SELECT CASE WHEN c.relkind = 'r' AND NOT (c.relhastriggers OR c.relhasrules OR c.relrowsecurity
                OR c.relhassubclass OR c.relispartition) AND current_setting('wal_level') <> 'logical'
            AND \(table.columns.count) = (SELECT count(*) FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) THEN 1 ELSE 0 END
        FROM pg_class c WHERE c.oid = $1::regclass
        """
    }

    /// Deletes the rows whose sequence is below the staged one.
    func deleteOlder(_ table: Table, stage: PostgreSQLStage) -> String {
        "DELETE FROM \(definitions.qualified(table.name)) t USING \(stage.name) s "
            + "WHERE \(isOlder(table, stage))"
    }

    /// The table's row is the one that the staged row replaces.
    private func isOlder(_ table: Table, _ stage: PostgreSQLStage) -> String {
        let sequence = SQLIdentifier.quoted(SystemColumn.sequence)
        return "\(matched(table, table, stage)) AND \(source(SystemColumn.sequence, stage)) > t.\(sequence)"
    }

    /// Replaces the rows whose sequence is below the staged one.
    /// - Parameter keepsEffective: also fills ``effective``.
    func update(_ table: Table, from stage: PostgreSQLStage, keepsEffective: Bool) -> String {
        let replaced = table.columns.map(\.name).filter { !table.key.contains($0) }.map { name in
            "\(SQLIdentifier.quoted(name)) = \(source(name, stage))"
        }
        let update = """
            UPDATE \(definitions.qualified(table.name)) t SET \(replaced.joined(separator: ", ")) FROM \(stage.name) s
            WHERE \(isOlder(table, stage))
            """
        guard keepsEffective else { return update }
        return "WITH up AS (\(update) RETURNING s.n) INSERT INTO \(Self.effective) SELECT n FROM up"
    }

    /// Removes the sub-rows of all staged records.
    func deleteAllSubrows(of subtable: Table, root: Table, stage: PostgreSQLStage) -> String {
        "DELETE FROM \(definitions.qualified(subtable.name)) t USING \(stage.name) s "
            + "WHERE \(matched(subtable, root, stage))"
    }

    /// `t`, a row of a root table or of its sub-table, and `s`, a staged row of the root table, are of one record.
    func matched(_ table: Table, _ root: Table, _ stage: PostgreSQLStage) -> String {
        zip(table.key, root.key).map { "t.\(SQLIdentifier.quoted($0)) = \(source($1, stage))" }
            .joined(separator: " AND ")
    }

    /// Where a column's value comes from.
    func source(_ column: String, _ stage: PostgreSQLStage) -> String {
        stage.column(column).map { "s.\($0)" } ?? "now()"
    }
}
