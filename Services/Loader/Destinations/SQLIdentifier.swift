import Loader

/// Names in SQL text.
enum SQLIdentifier {
    /// What PostgreSQL takes: 63 bytes, and no column that is named like its system columns.
    static let postgreSQL = NameLimits(
        longest: 63,
        reservedColumns: ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"]
    )

    /// SQLite takes names of any length, and does not tell `a` from `A`.
    static let sqlite = NameLimits(foldsCase: true)

    /// Files take names of any length; DuckDB, Spark and most warehouses, which read them, do not tell `a` from `A`.
    static let files = NameLimits(foldsCase: true)

    /// The name as an identifier. The only way that names get into SQL.
    static func quoted(_ name: String) -> String {
        "\"" + doubling("\"", in: name) + "\""
    }

    /// A text as a string literal of SQL, for databases that read a backslash as one.
    static func literal(_ text: String) -> String { "'" + doubling("'", in: text) + "'" }

    /// By scalars: a quote with a combining mark after it is one other character to Swift, and a quote to a database.
    private static func doubling(_ quote: Unicode.Scalar, in text: String) -> String {
        var doubled = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == quote { doubled.append(quote) }
            doubled.append(scalar)
        }
        return String(doubled)
    }

    /// The names as identifiers with commas between.
    static func list(_ names: [String]) -> String {
        names.map(quoted).joined(separator: ", ")
    }

    /// Refuses names that a database would cut or misread.
    /// - Parameter limit: in bytes; nil where there is none.
    static func check(_ batch: LoadBatch, limit: Int?) throws(DestinationError) {
        for change in batch.changes {
            switch change {
            case .createTable(let table): try check(table, limit: limit)
            case .addColumn(let table, let column):
                try check(table, limit: limit)
                try check(column.name, limit: limit)
            }
        }
        for load in batch.tables {
            try check(load.table, limit: limit)
            for subtable in load.subtables { try check(subtable.table, limit: limit) }
        }
    }

    private static func check(_ table: Table, limit: Int?) throws(DestinationError) {
        try check(table.name, limit: limit)
        for column in table.columns { try check(column.name, limit: limit) }
    }

    private static func check(_ name: String, limit: Int?) throws(DestinationError) {
        guard !name.isEmpty, !name.utf8.contains(0) else {
            throw .failed("a table or column has an empty name, or one with NUL")
        }
        if let limit, name.utf8.count > limit {
            throw .failed("the name \(name) is longer than \(limit) bytes")
        }
    }
}
