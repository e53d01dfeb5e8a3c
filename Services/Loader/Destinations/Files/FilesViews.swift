import Loader

/// The script `_deskpipe/views.sql`, which makes views of a schema's files in DuckDB: `raw.<table>` all rows that
/// count, `<table>` the newest of each key, as a database would hold them.
struct FilesViews {
    let manifest: FilesManifest
    /// Where the schema's directory is.
    let path: String

    static let name = "_deskpipe/views.sql"
    /// The largest line, and manifest, that is read, in bytes.
    private static let size = "maximum_object_size = 33554432"
    private static let names = BookkeepingTable.names.rawValue

    var script: String {
        var parts = [
            """
            -- Views of this directory for DuckDB. Run it again to see newer batches: they show the batches that were
            -- complete when it ran. Elsewhere than on the loader's machine, set the path.
            SET file_search_path = \(Self.literal(path));
            CREATE SCHEMA IF NOT EXISTS raw;
            CREATE OR REPLACE TABLE raw._deskpipe_commit AS
            SELECT "commit", batched_at FROM read_json('\(FilesManifest.name)', \(Self.size),
                columns = {commit: 'BIGINT', batched_at: 'TIMESTAMPTZ'});
            CREATE OR REPLACE TABLE raw._deskpipe_complete AS
            SELECT c.table_name, c.table_version FROM (
                SELECT unnest(complete) AS c FROM read_json('\(FilesManifest.name)', \(Self.size),
                    columns = {complete: 'STRUCT(table_name VARCHAR, table_version BIGINT)[]'})
            );
            CREATE OR REPLACE TABLE raw.\(Self.names) AS
            SELECT n.table_name, n.column_name, n.full_name FROM (
                SELECT unnest("names") AS n FROM read_json('\(FilesManifest.name)', \(Self.size),
                    columns = {"names": 'STRUCT(table_name VARCHAR, column_name VARCHAR, full_name VARCHAR)[]'})
            );
            CREATE OR REPLACE TABLE raw._deskpipe_dropped AS
            SELECT d.path FROM (
                SELECT unnest(dropped) AS d FROM read_json('\(FilesManifest.name)', \(Self.size),
                    columns = {dropped: 'STRUCT(path VARCHAR)[]'})
            );
            """,
            "CREATE OR REPLACE VIEW \(Self.names) AS SELECT * FROM raw.\(Self.names);",
        ]
        let tables = manifest.tables.map { ($0.table, $0.directory) }
        parts += tables.map { Self.source($0, directory: $1) }
        parts += tables.map { "CREATE OR REPLACE VIEW \(Self.quoted($0.0.name)) AS\n\(latest($0.0));" }
        for table in [BookkeepingTable.rejected, .loads] {
            let directory = "table=\(table.rawValue)"
            let all = Table(name: table.rawValue, kind: .keyed(table.key), columns: table.columns)
            parts.append(Self.source(all, directory: directory))
            let name = Self.quoted(table.rawValue)
            parts.append("CREATE OR REPLACE VIEW \(name) AS SELECT * FROM raw.\(name);")
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// The newest row of each key, as standard SQL over `raw.<table>`.
    func latest(_ table: Table) -> String {
        switch table.kind {
        case .keyed, .appended, .versioned: newest(table, where: Self.isCurrent(table))
        case .kept: kept(table)
        case .subtable(let root, let key): subrows(table, root: root, key: key)
        }
    }

    private func newest(_ table: Table, where condition: String) -> String {
        """
        SELECT \(columns(table)) FROM (
            SELECT *, row_number() OVER (PARTITION BY \(list(table.key))
                ORDER BY \(Self.sequence) DESC, "\(SystemColumn.batchedAt)") AS \(Self.place)
            FROM raw.\(Self.quoted(table.name))\(condition.isEmpty ? "" : " WHERE \(condition)")
        ) AS ranked WHERE \(Self.place) = 1
        """
    }

    /// A complete read leaves only its own rows.
    private static func isCurrent(_ table: Table) -> String {
        if case .keyed = table.kind { return "" }
        return """
            coalesce("\(SystemColumn.tableVersion)", 0) >= coalesce((SELECT max(c.table_version) \
            FROM raw._deskpipe_complete AS c WHERE c.table_name = \(literal(table.name))), 0)
            """
    }

    /// A row of a kept list and, when it was gone at the source, the mark with the row's own sequence.
    private func kept(_ table: Table) -> String {
        let deleted = "\"\(SystemColumn.deletedAt)\""
        let chosen = table.columns.map { column in
            column.name == SystemColumn.deletedAt ? "marks.\(deleted) AS \(deleted)" : "r.\(Self.quoted(column.name))"
        }
        let matched = (table.key + [SystemColumn.sequence]).map { name in
            "marks.\(Self.quoted(name)) = r.\(Self.quoted(name))"
        }
        let group = "\(list(table.key)), \(Self.sequence)"
        return """
            SELECT \(chosen.joined(separator: ", ")) FROM (
            \(newest(table, where: "\(deleted) IS NULL"))
            ) AS r LEFT JOIN (
                SELECT \(group), max(\(deleted)) AS \(deleted) FROM raw.\(Self.quoted(table.name))
                WHERE \(deleted) IS NOT NULL GROUP BY \(group)
            ) AS marks ON \(matched.joined(separator: " AND "))
            """
    }

    /// The sub-rows that came with the newest row of their record.
    private func subrows(_ table: Table, root: String, key: [String]) -> String {
        let rootKey = manifest.tables.first { $0.name == root }?.table.key ?? []
        let matched = zip(key, rootKey).map { "s.\(Self.quoted($0)) = r.\(Self.quoted($1))" }
        let chosen = table.columns.map { "s.\(Self.quoted($0.name))" }.joined(separator: ", ")
        return """
            SELECT \(chosen) FROM (
                SELECT *, row_number() OVER (PARTITION BY \(list(key)), \(Self.sequence) ORDER BY \(Self.sequence)) \
            AS \(Self.place)
                FROM raw.\(Self.quoted(table.name))
            ) AS s JOIN \(Self.quoted(root)) AS r
            ON \((matched + ["s.\(Self.sequence) = r.\(Self.sequence)"]).joined(separator: " AND "))
            WHERE s.\(Self.place) = 1
            """
    }

    /// `raw.<table>`: the rows of all parts that count.
    private static func source(_ table: Table, directory: String) -> String {
        let columns = table.columns
        let types = columns.map { "\(literal($0.name)): '\($0.type.stored)'" }.joined(separator: ", ")
        let values = columns.map { column in
            let name = quoted(column.name)
            return column.type == .decimal ? "TRY_CAST(\(name) AS DOUBLE) AS \(name)" : name
        }
        let condition = table.name == BookkeepingTable.rejected.rawValue ? isLeft : ""
        return """
            CREATE OR REPLACE VIEW raw.\(quoted(table.name)) AS
            SELECT \(values.joined(separator: ", "))
            FROM read_json(\(literal("\(directory)/**/*.jsonl.gz")), format = 'newline_delimited', filename = '\(part)',
                hive_partitioning = false, \(size), columns = {\(types)})
            WHERE CAST(regexp_extract("\(part)", '([0-9]+)\\.jsonl\\.gz$', 1) AS BIGINT)
                <= (SELECT "commit" FROM raw._deskpipe_commit)\(condition);
            """
    }

    /// Rows that were loaded after a fix leave `_sdc_rejected` with their part, which a new one replaces.
    private static let isLeft =
        "\n    AND NOT EXISTS (SELECT 1 FROM raw._deskpipe_dropped AS d WHERE ends_with(\"\(part)\", d.path))"

    private static let sequence = "\"\(SystemColumn.sequence)\""

    // No field of a record has a name like these.
    private static let part = "_sdc_part"
    private static let place = "\"_sdc_place\""

    private func columns(_ table: Table) -> String { list(table.columns.map(\.name)) }
    private func list(_ names: [String]) -> String { SQLIdentifier.list(names) }

    private static func quoted(_ name: String) -> String { SQLIdentifier.quoted(name) }
    private static func literal(_ text: String) -> String { SQLIdentifier.literal(text) }
}

extension CellType {
    /// The type in which DuckDB reads a member. A decimal keeps all its digits as text.
    fileprivate var stored: String {
        switch self {
        case .integer: "BIGINT"
        case .decimal, .text: "VARCHAR"
        case .boolean: "BOOLEAN"
        case .timestamp: "TIMESTAMPTZ"
        }
    }
}
