import Loader
import Model

/// The SQL that moves staged rows into their tables.
struct PostgreSQLStatements {
    let definitions: PostgreSQLDefinitions
    let bookkeeping: BookkeepingSQL

    /// The places of the records that took effect in the table being loaded.
    static let effective = "pg_temp.effective"
    /// What becomes of each record of a kept list: `c`hanged, `u`nchanged or `s`uperseded.
    static let verdicts = "pg_temp.verdicts"

    static let createWorkTables = """
        CREATE TEMPORARY TABLE effective (n integer);
        CREATE TEMPORARY TABLE verdicts (n integer, verdict "char");
        """

    init(schema: SchemaName) {
        definitions = PostgreSQLDefinitions(schema: schema)
        bookkeeping = BookkeepingSQL(schema: schema.rawValue)
    }

    /// Upserts the staged rows whose sequence is above their table row's; gives one row: inserted, written.
    ///
    /// A row that had to be locked has `xmax` set, so `xmax = 0` tells an insert from an update.
    /// - Parameter keepsEffective: also fills ``effective``.
    func upsert(_ table: Table, from stage: PostgreSQLStage, keepsEffective: Bool) -> String {
        let key = table.key
        let matched = key.enumerated().map { "s.\(stage.column($1) ?? "NULL") = up.k\($0)" }.joined(separator: " AND ")
        let effects =
            keepsEffective
            ? ", kept AS (INSERT INTO \(Self.effective) SELECT s.n FROM up JOIN \(stage.name) s ON \(matched))" : ""
        let changed = stage.isKept ? " JOIN \(Self.verdicts) v ON v.n = s.n AND v.verdict = 'c'" : rest(table, stage)
        let returned = key.enumerated().map { "t.\(SQLIdentifier.quoted($1)) AS k\($0)" }.joined(separator: ", ")
        return """
            WITH up AS (
                INSERT INTO \(definitions.qualified(table.name)) AS t (\(SQLIdentifier.list(table.columns.map(\.name))))
                SELECT \(sources(table, stage)) FROM \(stage.name) s\(changed)
                ON CONFLICT (\(SQLIdentifier.list(key))) \(resolution(table))
                RETURNING \(returned), t.xmax = 0 AS inserted
            )\(effects)
            SELECT count(*) FILTER (WHERE inserted), count(*) FROM up
            """
    }

    /// Leaves out what is not to be written anyway, so that the upsert does not lock its row: what an update wrote just
    /// now, and what is superseded.
    private func rest(_ table: Table, _ stage: PostgreSQLStage) -> String {
        if case .appended = table.kind { return "" }
        let sequence = SQLIdentifier.quoted(SystemColumn.sequence)
        return """
             WHERE NOT EXISTS (SELECT 1 FROM \(definitions.qualified(table.name)) t WHERE \(matched(table, table, stage))
                AND t.\(sequence) >= \(source(SystemColumn.sequence, stage)) OFFSET 0)
            """
    }

    /// What happens to a row whose key is there: it is replaced whole, with NULL for what the newer one lacks.
    private func resolution(_ table: Table) -> String {
        if case .appended = table.kind { return "DO NOTHING" }
        let replaced = table.columns.map(\.name).filter { !table.key.contains($0) }.map { name in
            "\(SQLIdentifier.quoted(name)) = excluded.\(SQLIdentifier.quoted(name))"
        }
        let sequence = SQLIdentifier.quoted(SystemColumn.sequence)
        return "DO UPDATE SET \(replaced.joined(separator: ", ")) WHERE excluded.\(sequence) > t.\(sequence)"
    }

    func sources(_ table: Table, _ stage: PostgreSQLStage) -> String {
        table.columns.map { source($0.name, stage) }.joined(separator: ", ")
    }

    /// Removes the sub-rows of the records that took effect.
    ///
    /// `OFFSET 0` makes the server look each record's rows up by their key. Left to itself it joins, reading all of the
    /// sub-table for each batch: it knows nothing of how few rows the temporary tables hold.
    func deleteSubrows(of subtable: Table, root: Table, stage: PostgreSQLStage) -> String {
        let name = definitions.qualified(subtable.name)
        return """
            DELETE FROM \(name) WHERE ctid = ANY (ARRAY(
                SELECT old.ctid FROM \(Self.effective) e JOIN \(stage.name) s ON s.n = e.n
                CROSS JOIN LATERAL (
                    SELECT t.ctid FROM \(name) t WHERE \(matched(subtable, root, stage)) OFFSET 0
                ) old
            ))
            """
    }

    /// Writes the staged sub-rows of the records that took effect.
    func insertSubrows(into subtable: Table, from stage: PostgreSQLStage) -> String {
        """
        INSERT INTO \(definitions.qualified(subtable.name)) (\(SQLIdentifier.list(subtable.columns.map(\.name))))
        SELECT \(sources(subtable, stage)) FROM \(stage.name) s JOIN \(Self.effective) e ON e.n = s.p
        """
    }

    /// Sorts the records of a kept list into ``verdicts``; `$1` is the table's name.
    func judge(_ stage: PostgreSQLStage) -> String {
        """
        INSERT INTO \(Self.verdicts)
        SELECT s.n, CASE WHEN k.record_key IS NULL THEN 'c' WHEN s.q <= k.sequence THEN 's'
            WHEN k.digest = s.d AND NOT k.deleted THEN 'u' ELSE 'c' END
        FROM \(stage.name) s
        LEFT JOIN \(bookkeeping.name(.keys)) k ON k.table_name = $1 AND k.record_key = s.k
        """
    }

    static let countUnchanged = "SELECT count(*) FROM \(verdicts) WHERE verdict = 'u'"

    /// Notes the records of a kept list that are not superseded; `$1` is the table's name.
    func noteKeys(_ table: Table, _ stage: PostgreSQLStage) -> String {
        let rowKey = table.key.map { "s.\(stage.column($0) ?? "NULL")" }.joined(separator: ", ")
        return """
            INSERT INTO \(bookkeeping.name(.keys))
                (table_name, record_key, row_key, sequence, table_version, digest, deleted)
            SELECT $1, s.k, jsonb_build_array(\(rowKey))::text, s.q, s.v, s.d, false
            FROM \(stage.name) s JOIN \(Self.verdicts) v ON v.n = s.n AND v.verdict <> 's'
            ON CONFLICT (table_name, record_key) DO UPDATE SET row_key = excluded.row_key,
                sequence = excluded.sequence, table_version = excluded.table_version, digest = excluded.digest,
                deleted = false
            """
    }

    /// Marks the rows of a kept list that older versions brought; `$1` table, `$2` version, `$3` time.
    func markDeleted(_ table: Table) -> String {
        let rowKey = table.key.map { "t.\(SQLIdentifier.quoted($0))" }.joined(separator: ", ")
        return """
            WITH gone AS (
                UPDATE \(bookkeeping.name(.keys)) SET deleted = true
                WHERE table_name = $1 AND NOT deleted AND coalesce(table_version, 0) < $2 RETURNING row_key
            )
            UPDATE \(definitions.qualified(table.name)) t SET \(SQLIdentifier.quoted(SystemColumn.deletedAt)) = $3
            FROM gone WHERE jsonb_build_array(\(rowKey))::text = gone.row_key
            """
    }

    /// Deletes the sub-rows of the rows that older versions brought; `$1` is the version.
    func deleteOldSubrows(of subtable: Table, root: Table) -> String {
        let matched = zip(subtable.key, root.key).map { name, key in
            "u.\(SQLIdentifier.quoted(name)) = t.\(SQLIdentifier.quoted(key))"
        }
        return """
            DELETE FROM \(definitions.qualified(subtable.name)) u USING \(definitions.qualified(root.name)) t
            WHERE \(matched.joined(separator: " AND ")) AND \(Self.isOld)
            """
    }

    /// Deletes the rows that older versions brought; `$1` is the version.
    func deleteOldRows(of table: Table) -> String {
        "DELETE FROM \(definitions.qualified(table.name)) t WHERE \(Self.isOld)"
    }

    private static var isOld: String {
        "coalesce(t.\(SQLIdentifier.quoted(SystemColumn.tableVersion)), 0) < $1"
    }
}
