import Foundation
import GRDB
import LibPQ
import TestSupport

/// Reads all tables of a database, less Deskpipe's own, and checks the system columns on the way.
///
/// A value that went beside its column for its type's sake (`x__bi`, `x__de`, `x__bo`, `x__ti`, `x__st`) counts as the
/// column's own: of which type a column is that no definition declares depends on what arrived first.
struct ActualTables {
    private let database: TestDatabase
    private let streams: [OracleStream]
    private var tables = TableSet()
    /// `_sdc_sequence` by table and record.
    private var sequences: [String: [String: String]] = [:]
    /// What a directory holds, read once for all tables.
    private var files: (manifest: FilesReader.Manifest, queue: DatabaseQueue)?

    /// - Parameter roots: The streams whose tables are read; nil for all tables.
    static func read(
        _ database: TestDatabase,
        of streams: [OracleStream],
        only roots: [String]? = nil
    ) throws -> TableSet {
        var reader = ActualTables(database: database, streams: streams)
        if case .directory(let directory) = database.place, let files = TestDatabase.reader(of: directory) {
            reader.files = (try files.manifest(), try files.database())
        }
        // Records come before their sub-tables, whose names are longer.
        for table in try database.tables().sorted() {
            if let roots, !roots.contains(where: { table == $0 || table.hasPrefix("\($0)__") }) { continue }
            try reader.add(table)
        }
        return reader.tables
    }

    private init(database: TestDatabase, streams: [OracleStream]) {
        self.database = database
        self.streams = streams
    }

    private mutating func add(_ table: String) throws {
        let columns: [String]
        let rows: [[String?]]
        switch database.place {
        case .file(let file): (columns, rows) = try Self.read(table, of: file)
        case .directory: (columns, rows) = try readFiles(table)
        case .server(let url): (columns, rows) = try Self.read(table, of: database.schema, at: url)
        }
        guard let stream = OracleStream.owner(of: table, among: streams) else {
            tables.add(fault: "\(table) is of no stream")
            return
        }
        let names = Self.names(of: columns)
        for values in rows {
            var row: TableSet.Row = [:]
            for (name, value) in zip(names, values) where value != nil { row[name] = value }
            add(row, to: table, of: stream)
        }
    }

    private mutating func add(_ row: TableSet.Row, to table: String, of stream: OracleStream) {
        let root = table == stream.name ? nil : stream.name
        let fields = stream.key.map { root == nil ? $0 : "_sdc_source_key_\($0)" }
        let shown = row.filter { !$0.key.hasPrefix("_sdc_") && $0.key != "__sdc_primary_key" }
        guard !stream.key.isEmpty else {
            if root == nil { tables.add(shown, key: TableSet.key(ofKeyless: shown), to: table) }
            return
        }
        let record = fields.map { row[$0] ?? "without a key" }.joined(separator: ",")
        let levels = row.keys.filter { $0.hasPrefix("_sdc_level_") }.sorted().compactMap { row[$0] }
        let key = ([record] + levels).joined(separator: "/")
        let sequence = row["_sdc_sequence"]
        if let root {
            if levels.isEmpty { tables.add(fault: "\(table) \(key) has no place in its array") }
            if sequence == nil || sequence != sequences[root]?[record] {
                tables.add(fault: "\(table) \(key) is of another version of its record")
            }
        } else {
            sequences[table, default: [:]][record] = sequence
            for column in ["_sdc_sequence", "_sdc_extracted_at", "_sdc_received_at", "_sdc_batched_at"]
            where row[column] == nil {
                tables.add(fault: "\(table) \(key) has no \(column)")
            }
            if row["_sdc_deleted_at"] != nil {
                guard !stream.keepsRows else { return tables.mark(record, in: table) }
                tables.add(fault: "\(table) \(key) is marked as deleted")
            }
        }
        if let root, tables.marked[root]?.contains(record) == true { return }
        tables.add(shown, key: key, to: table)
    }

    /// The columns' names, without what a split by type has added to them.
    private static func names(of columns: [String]) -> [String] {
        let all = Set(columns)
        return columns.map { column in
            guard ["__bi", "__de", "__bo", "__ti", "__st"].contains(where: column.hasSuffix) else { return column }
            let plain = String(column.dropLast(4))
            return all.contains(plain) ? plain : column
        }
    }

    private static func read(_ table: String, of file: URL) throws -> ([String], [[String?]]) {
        try TestDatabase.read(file) { database in
            let columns = try database.columns(in: table)
            let rows = try Row.fetchAll(database, sql: "SELECT * FROM \"\(table)\"").map { row in
                zip(columns, row.databaseValues).map { column, value in text(value, isUntyped: column.type.isEmpty) }
            }
            return (columns.map(\.name), rows)
        }
    }

    /// The newest rows, as the views of the directory give them.
    private func readFiles(_ table: String) throws -> ([String], [[String?]]) {
        guard let files, let known = files.manifest.tables.first(where: { $0.name == table }) else { return ([], []) }
        let list = known.columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
        let rows = try files.queue.read { database in
            try Row.fetchAll(database, sql: "SELECT \(list) FROM \"\(table)\"").map { row in
                zip(known.columns, row.databaseValues).map { column, value in
                    Self.text(value, isUntyped: column.type == "decimal")
                }
            }
        }
        return (known.columns.map(\.name), rows)
    }

    /// A column without a type holds decimals, as numbers or as text.
    private static func text(_ value: DatabaseValue, isUntyped: Bool) -> String? {
        switch value.storage {
        case .null: nil
        case .int64(let value): String(value)
        case .double(let value): String(value).canonicalDecimal
        case .string(let value): isUntyped ? value.canonicalDecimal : value
        case .blob(let value): "a blob of \(value.count) bytes"
        }
    }

    private static func read(
        _ table: String,
        of schema: String,
        at url: String
    ) throws -> ([String], [[String?]]) {
        let connection = try PQConnection(parameters: TestDatabase.parameters(url))
        let columns = try connection.execute(
            """
            SELECT column_name, data_type FROM information_schema.columns
            WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position
            """,
            [schema, table]
        )
        let types = (0..<columns.rowCount).map { (columns.text($0, 0) ?? "", columns.text($0, 1) ?? "") }
        let list = types.map { name, type in
            switch type {
            case "timestamp with time zone":
                "to_char(\"\(name)\" AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
            case "boolean": "\"\(name)\"::int"
            default: "\"\(name)\""
            }
        }
        let result = try connection.execute(
            "SELECT \(list.joined(separator: ", ")) FROM \"\(schema)\".\"\(table)\""
        )
        let rows = (0..<result.rowCount).map { row in
            types.indices.map { column in
                let text = result.text(row, column)
                return types[column].1 == "numeric" ? text?.canonicalDecimal : text
            }
        }
        return (types.map(\.0), rows)
    }
}
