package import Model

/// The type of a column in a destination.
package enum CellType: String, Hashable, Sendable, Codable {
    /// 64 bits: bigint.
    case integer
    /// Any decimal number, exact: numeric.
    case decimal
    case boolean
    /// UTC: timestamptz.
    case timestamp
    case text
}

package struct Column: Hashable, Sendable {
    package var name: String
    package var type: CellType

    package init(_ name: String, _ type: CellType) {
        self.name = name
        self.type = type
    }
}

/// A table with its columns in order, system columns included.
package struct Table: Hashable, Sendable {
    package var name: String
    package var kind: Kind
    package var columns: [Column]

    package enum Kind: Hashable, Sendable {
        /// Rows are upserted by these columns; the greatest `_sdc_sequence` wins.
        case keyed([String])
        /// As keyed, and read whole: a record that did not change leaves its row alone, one that a complete read no
        /// longer brings gets `_sdc_deleted_at`.
        case kept([String])
        /// As keyed, and read whole: a complete read deletes the rows of older versions.
        case versioned([String])
        /// No key: rows are appended under `__sdc_primary_key`, which the event's id gives, so that a repeat is the
        /// same row.
        case appended
        /// Rows of an array of `root`'s records, replaced whole with their record. The key is `_sdc_source_key_<k>`
        /// for each key column of the root, then `_sdc_level_0_id` and so on.
        case subtable(root: String, key: [String])
    }

    package init(name: String, kind: Kind, columns: [Column]) {
        self.name = name
        self.kind = kind
        self.columns = columns
    }

    /// The columns that identify a row, in order.
    package var key: [String] {
        switch kind {
        case .keyed(let key), .kept(let key), .versioned(let key), .subtable(_, let key): key
        case .appended: [SystemColumn.primaryKey]
        }
    }

    /// The root table whose records its rows belong to.
    package var root: String {
        if case .subtable(let root, _) = kind { return root }
        return name
    }
}

/// The columns that Deskpipe adds, as Stitch names them.
package enum SystemColumn {
    package static let extractedAt = "_sdc_extracted_at"
    package static let receivedAt = "_sdc_received_at"
    /// The start of the batch's transaction: written by the destination, no row brings it.
    package static let batchedAt = "_sdc_batched_at"
    package static let sequence = "_sdc_sequence"
    package static let tableVersion = "_sdc_table_version"
    package static let deletedAt = "_sdc_deleted_at"
    package static let primaryKey = "__sdc_primary_key"

    package static func sourceKey(_ key: String) -> String { "_sdc_source_key_\(key)" }
    package static func level(_ level: Int) -> String { "_sdc_level_\(level)_id" }
}

/// The tables of a schema as they are in the destination.
package struct SchemaCatalog: Hashable, Sendable {
    package var tables: [String: Table]
    /// The schema events that were loaded, by stream.
    package var declarations: [StreamName: StreamDeclaration]
    /// Tables that are there and lack what Deskpipe needs: they have to be made anew.
    package var damaged: Set<String> = []

    package init(tables: [String: Table] = [:], declarations: [StreamName: StreamDeclaration] = [:]) {
        self.tables = tables
        self.declarations = declarations
    }

    /// The sub-tables of a root table, by name.
    package func subtables(of root: String) -> [Table] {
        tables.values
            .filter { if case .subtable(root, _) = $0.kind { true } else { false } }
            .sorted { $0.name < $1.name }
    }
}

/// A change that a batch needs before its rows. Each is idempotent: what exists already is left alone.
package enum SchemaChange: Hashable, Sendable {
    case createTable(Table)
    case addColumn(table: String, Column)

    /// As the loading report lists it.
    package var description: String {
        switch self {
        case .createTable(let table): "create table \(table.name)"
        case .addColumn(let table, let column): "add column \(table).\(column.name) \(column.type.rawValue)"
        }
    }
}
