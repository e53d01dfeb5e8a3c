import Model

/// A table of Stitch's Zendesk integrations with the columns that its documentation lists, named as in PostgreSQL.
///
/// Left out are objects without declared members (`user_fields`, `organization_fields`, `session`, ...), whose columns
/// are those of the account, and `tickets.satisfaction_rating` itself, which is a column only where it is a string.
struct StitchTable: Sendable {
    let name: String
    /// By column.
    let types: [String: Kind]

    /// The types that Stitch's have in PostgreSQL.
    enum Kind: String, Sendable {
        case integer = "bigint"
        case decimal = "numeric"
        case boolean
        case timestamp = "timestamp with time zone"
        case text

        /// As a column is declared in SQLite.
        var sqlite: String {
            switch self {
            case .integer, .boolean: "INTEGER"
            case .decimal: ""
            case .timestamp, .text: "TEXT"
            }
        }
    }

    /// - Parameters: names of columns separated by blanks.
    init(
        _ name: String,
        integer: String = "",
        decimal: String = "",
        boolean: String = "",
        timestamp: String = "",
        text: String = ""
    ) {
        self.name = name
        var types: [String: Kind] = [:]
        let given: [(Kind, String)] = [
            (.integer, integer), (.decimal, decimal), (.boolean, boolean), (.timestamp, timestamp), (.text, text),
        ]
        for (kind, names) in given {
            for name in names.split(separator: " ") { types[String(name)] = kind }
        }
        self.types = types
    }

    /// The tables of a source.
    static func tables(of source: Source) -> [StitchTable] { source == .support ? support : chat }

    /// The stream that brings the table, or of which it is a sub-table.
    func root(among tables: [StitchTable]) -> String {
        tables.map(\.name).filter { name == $0 || name.hasPrefix("\($0)__") }.min { $0.count < $1.count } ?? name
    }

    /// The system columns of a sub-table, which Stitch's have too: a level for each array on the way to it.
    func systemColumns(key: String, _ kind: Kind, among tables: [StitchTable]) -> [String: Kind] {
        var columns: [String: Kind] = ["_sdc_source_key_\(key)": kind, "_sdc_sequence": .integer]
        let depth = tables.count { name == $0.name || name.hasPrefix("\($0.name)__") } - 1
        for level in 0..<depth { columns["_sdc_level_\(level)_id"] = .integer }
        return columns
    }

    /// The system columns of a stream's own table.
    static let systemColumns: [String: Kind] = [
        "_sdc_extracted_at": .timestamp, "_sdc_received_at": .timestamp, "_sdc_batched_at": .timestamp,
        "_sdc_sequence": .integer, "_sdc_table_version": .integer,
    ]
}
