import Model

/// What one of the two schemas holds, as its database's catalogue tells.
struct SchemaFacts: Hashable, Sendable {
    var name: String
    /// In order of their names, without views and system tables.
    var tables: [TableFacts] = []
    /// Stitch's and Deskpipe's own tables, which are not compared.
    var systemTables: [String] = []
    /// The source that `_deskpipe_owner` names; nil for a schema that is not Deskpipe's.
    var source: Source?

    var isDeskpipes: Bool { systemTables.contains(BookkeepingTable.owner.rawValue) }

    subscript(table: String) -> TableFacts? { tables.first { $0.name == table } }

    /// True for the tables that hold no records: `_sdc_rejected`, `_deskpipe_loads`.
    static func isSystemTable(_ name: String) -> Bool {
        ["_sdc_", "_deskpipe_", "sdc_rejected", "sqlite_"].contains { name.hasPrefix($0) }
    }
}

/// A table of one of the two schemas.
struct TableFacts: Hashable, Sendable {
    var name: String
    var columns: [ColumnFacts] = []
    /// The columns of its primary key; empty where it has none.
    var primaryKey: [String] = []

    subscript(column: String) -> ColumnFacts? { columns.first { $0.name == column } }

    func has(_ column: String) -> Bool { self[column] != nil }

    /// The column that tells when a row was read from the source; nil where there is none.
    var extraction: ColumnFacts? {
        let names = ["_sdc_extracted_at", "_sdc_received_at", "_sdc_batched_at"]
        return names.lazy.compactMap { self[$0] }.first
    }
}

/// A column as its database describes it.
struct ColumnFacts: Hashable, Sendable {
    var name: String
    /// In the database's own words: `timestamp without time zone`.
    var type: String
    var kind: ValueKind

    /// True for the columns that Stitch and Deskpipe add, each with values of its own.
    var isSystem: Bool {
        let start = name.prefix(6).lowercased()
        return start.hasPrefix("_sdc") || start.hasPrefix("__sdc")
    }
}

/// What a column's values are, whatever their width.
enum ValueKind: Hashable, Sendable {
    /// integer, bigint, numeric, double precision: compared by value.
    case number
    case boolean
    /// A point in time; without a zone it is read as UTC.
    case time(zoned: Bool)
    case text
    case json
    case other

    /// True when values of both can be compared as they are.
    func matches(_ other: ValueKind) -> Bool {
        if case .time = self, case .time = other { return true }
        return self == other
    }

    /// - Parameter type: as `format_type` writes it: `character varying(128)`, `timestamp(3) with time zone`.
    init(postgreSQL type: String) {
        let name = type.replacing(/\([^)]*\)/, with: "")
        switch name {
        case "smallint", "integer", "bigint", "numeric", "real", "double precision": self = .number
        case "boolean": self = .boolean
        case "timestamp with time zone": self = .time(zoned: true)
        case "timestamp without time zone", "date": self = .time(zoned: false)
        case "text", "character varying", "character": self = .text
        case "json", "jsonb": self = .json
        default: self = .other
        }
    }

    /// - Parameters:
    ///   - type: as it was written in CREATE TABLE.
    ///   - declared: what the catalogue says of the column: SQLite has no type for times and booleans.
    init(sqlite type: String, declared: ColumnType?) {
        switch declared {
        case .dateTime: self = .time(zoned: true)
        case .boolean: self = .boolean
        case .integer, .number: self = .number
        case .string, .untyped: self = .text
        case nil:
            let name = type.uppercased()
            if name.isEmpty || ["INT", "REAL", "NUM", "DEC", "DOUB", "FLOA"].contains(where: name.contains) {
                self = .number
            } else if name.contains("BOOL") {
                self = .boolean
            } else if name.contains("DATE") || name.contains("TIME") {
                self = .time(zoned: true)
            } else {
                self = .text
            }
        }
    }
}
