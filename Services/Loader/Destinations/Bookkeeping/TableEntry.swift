import Foundation
import Loader
import Model

/// A row of `_deskpipe_tables`: what the database's own catalogue does not tell about a table.
///
/// It holds the table's kind, its key columns as a JSON array, the root of a sub-table, and the types of the columns
/// that Deskpipe made as a JSON object: SQLite has too few types of its own, and others may add columns.
struct TableEntry {
    var name: String
    var kind: Table.Kind
    var types: [String: CellType] = [:]

    init(_ table: Table) {
        name = table.name
        kind = table.kind
        for column in table.columns { types[column.name] = column.type }
    }

    /// Reads the columns `table_name, kind, key_columns, root, column_types`; nil for a kind that is not known.
    init?(name: String, kind: String, key: String, root: String?, types: String?) {
        let key = (try? JSONDecoder().decode([String].self, from: Data(key.utf8))) ?? []
        switch kind {
        case "keyed": self.kind = .keyed(key)
        case "kept": self.kind = .kept(key)
        case "versioned": self.kind = .versioned(key)
        case "appended": self.kind = .appended
        case "subtable": self.kind = .subtable(root: root ?? "", key: key)
        default: return nil
        }
        self.name = name
        // A table without types has no columns for us, which the planner then adds: nothing is lost by going on.
        self.types = types.flatMap { try? JSONDecoder().decode([String: CellType].self, from: Data($0.utf8)) } ?? [:]
    }

    var kindName: String {
        switch kind {
        case .keyed: "keyed"
        case .kept: "kept"
        case .versioned: "versioned"
        case .appended: "appended"
        case .subtable: "subtable"
        }
    }

    var root: String? {
        if case .subtable(let root, _) = kind { root } else { nil }
    }

    func keyText() throws -> String {
        try WireJSON.text(of: Table(name: name, kind: kind, columns: []).key)
    }

    func typesText() throws -> String {
        try WireJSON.text(of: types)
    }
}
