import Loader

/// A table as the manifest has it.
struct FilesTable: Codable, Hashable {
    var name: String
    /// Where its parts are: `table=<name>`.
    var directory: String
    var kind: String
    var key: [String]
    var root: String?
    var columns: [Field]
    /// The file with the records of a kept list; nil for other kinds, and before the first.
    var keys: String?
    /// The newest part with rows of a root table; nil where it never had one, and where a complete read took all away.
    var newest: String?
    /// The parts of a table that is read whole, its sub-tables' among them: dropped when a newer read is complete.
    var parts: [Part]?

    struct Field: Codable, Hashable {
        var name: String
        var type: CellType
    }

    struct Part: Codable, Hashable {
        var path: String
        /// The newest version among its rows.
        var version: Int64
        /// Rows of the root table; 0 for a sub-table's part.
        var rows: Int
    }

    init(_ table: Table) {
        name = table.name
        directory = "table=" + PathName.encoded(table.name)
        columns = table.columns.map { Field(name: $0.name, type: $0.type) }
        switch table.kind {
        case .keyed(let columns): (kind, key) = ("keyed", columns)
        case .kept(let columns): (kind, key) = ("kept", columns)
        case .versioned(let columns): (kind, key) = ("versioned", columns)
        case .appended: (kind, key) = ("appended", [])
        case .subtable(let parent, let columns): (kind, key, root) = ("subtable", columns, parent)
        }
    }

    var table: Table {
        let columns = columns.map { Column($0.name, $0.type) }
        let tableKind: Table.Kind =
            switch kind {
            case "kept": .kept(key)
            case "versioned": .versioned(key)
            case "appended": .appended
            case "subtable": .subtable(root: root ?? "", key: key)
            default: .keyed(key)
            }
        return Table(name: name, kind: tableKind, columns: columns)
    }
}
