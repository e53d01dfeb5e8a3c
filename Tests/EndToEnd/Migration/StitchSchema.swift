import LibPQ
import Model

/// A schema as Stitch leaves it behind, made of what the simulated account holds.
///
/// Columns are there only where a value came; times have no zone; fields without a type, and `ticket_metrics.replies`,
/// are split by type; sub-tables hold rows of earlier, longer arrays.
struct StitchSchema {
    static let name = "stitch_zendesk"

    let connection: PQConnection
    let streams: [OracleStream]
    /// Deskpipe's types of columns that no definition declares: an account's own fields.
    let ownTypes: [String: [String: String]]
    /// When Stitch read all of it: `2026-11-20T10:00:00Z`.
    let extractedAt: String

    private static let sequence = 1_700_000_000_000_000_000

    func make(_ tables: TableSet) throws {
        try connection.execute("CREATE SCHEMA \(Self.name)")
        for (table, rows) in tables.tables.sorted(by: { $0.key < $1.key }) where !rows.isEmpty {
            guard let stream = OracleStream.owner(of: table, among: streams) else { continue }
            try make(table, rows, of: stream)
        }
        try connection.execute(
            """
            CREATE TABLE \(Self.name)._sdc_rejected
                (_sdc_rejected_at timestamp, table_name text, reason text, record text);
            CREATE TABLE \(Self.name)._sdc_primary_keys (table_name text, column_name text, ordinal_position integer);
            INSERT INTO \(Self.name)._sdc_rejected VALUES (now(), 'tickets', 'Record is too large', '{}');
            """
        )
    }

    private func make(_ table: String, _ rows: [String: TableSet.Row], of stream: OracleStream) throws {
        let columns = Set(rows.values.flatMap(\.keys)).sorted().compactMap { column in
            type(of: column, in: table, stream).map { (name: column, type: $0) }
        }
        let isRoot = table == stream.name
        var definitions = columns.flatMap { Self.stored($0.name, $0.type) }.map { "\"\($0.name)\" \($0.type)" }
        definitions += ["_sdc_sequence bigint"]
        if isRoot {
            definitions += [
                "_sdc_batched_at timestamp", "_sdc_received_at timestamp", "_sdc_table_version bigint",
                "PRIMARY KEY (id)",
            ]
            if table == "tickets" { definitions.append("_sdc_extracted_at timestamp") }
        } else {
            let levels = rows.keys.first?.split(separator: "/").count ?? 1
            let key = ["_sdc_source_key_id"] + (0..<(levels - 1)).map { "_sdc_level_\($0)_id" }
            definitions += key.map { "\($0) bigint" } + ["PRIMARY KEY (\(key.joined(separator: ", ")))"]
        }
        try connection.execute("CREATE TABLE \(Self.name).\"\(table)\" (\(definitions.joined(separator: ", ")))")
        var inserts = rows.sorted { $0.key < $1.key }.map {
            insert($0.value, key: $0.key, into: table, columns, isRoot)
        }
        if !isRoot { inserts += stale(rows, of: table) }
        for start in stride(from: 0, to: inserts.count, by: 500) {
            try connection.execute(inserts[start..<min(start + 500, inserts.count)].joined(separator: ";\n"))
        }
    }

    /// Nil for a column that Stitch does not read.
    private func type(of column: String, in table: String, _ stream: OracleStream) -> String? {
        switch stream.type(of: column, in: table) {
        case .integer where table == "ticket_metrics" && column == "replies": "split"
        case .integer: column == "generated_timestamp" ? "integer" : "bigint"
        case .number: "numeric"
        case .boolean: "boolean"
        case .dateTime: "timestamp"
        case .string: "text"
        case .untyped: "split"
        case nil:
            column.contains("_fields__")
                ? ownTypes[table]?[column]?.replacing("timestamp with time zone", with: "timestamp") : nil
        }
    }

    /// The columns that hold a field.
    private static func stored(_ name: String, _ type: String) -> [(name: String, type: String)] {
        guard type == "split" else { return [(name, type)] }
        return [
            ("\(name)__it", "bigint"), ("\(name)__de", "numeric"), ("\(name)__bo", "boolean"), ("\(name)__st", "text"),
        ]
    }

    private func insert(
        _ row: TableSet.Row,
        key: String,
        into table: String,
        _ columns: [(name: String, type: String)],
        _ isRoot: Bool
    ) -> String {
        var names: [String] = []
        var values: [String] = []
        for column in columns {
            guard let value = row[column.name] else { continue }
            names.append(column.type == "split" ? Self.place(of: value, in: column.name, key) : column.name)
            values.append("'\(value.replacing("'", with: "''"))'")
        }
        let parts = key.split(separator: "/")
        names.append("_sdc_sequence")
        values.append("\(Self.sequence)")
        if isRoot {
            names += ["_sdc_batched_at", "_sdc_received_at"] + (table == "tickets" ? ["_sdc_extracted_at"] : [])
            values += Array(repeating: "'\(extractedAt)'", count: table == "tickets" ? 3 : 2)
        } else {
            names += ["_sdc_source_key_id"] + (0..<(parts.count - 1)).map { "_sdc_level_\($0)_id" }
            values += parts.map(String.init)
        }
        let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
        return "INSERT INTO \(Self.name).\"\(table)\" (\(list)) VALUES (\(values.joined(separator: ", ")))"
    }

    /// The column of a value's type. Of `replies` every second integer came as a decimal.
    private static func place(of value: String, in column: String, _ key: String) -> String {
        if value == "true" || value == "false" { return "\(column)__bo" }
        if value.wholeMatch(of: /-?(0|[1-9]\d{0,17})/) != nil {
            return "\(column)__\(column == "replies" && key.last?.isMultipleOfTwo == true ? "de" : "it")"
        }
        return value.wholeMatch(of: /-?\d+\.\d+/) != nil ? "\(column)__de" : "\(column)__st"
    }

    /// One more element behind each tenth record's array, of an earlier version of the record.
    private func stale(_ rows: [String: TableSet.Row], of table: String) -> [String] {
        let simple = rows.keys.filter { $0.split(separator: "/").count == 2 && $0.hasSuffix("/0") }.sorted()
        return simple.enumerated().filter { $0.offset % 10 == 0 }.map { _, key in
            "INSERT INTO \(Self.name).\"\(table)\" (_sdc_source_key_id, _sdc_level_0_id, _sdc_sequence) "
                + "VALUES (\(TableSet.record(ofKey: key)), 1000, \(Self.sequence - 1))"
        }
    }
}

extension Character {
    fileprivate var isMultipleOfTwo: Bool { wholeNumberValue.map { $0 % 2 == 0 } ?? false }
}
