import Loader

/// What became of a table that Deskpipe made.
struct TableHarm: Hashable {
    /// As the database names it.
    var table: String
    var kind: Kind

    enum Kind: Hashable {
        case dropped
        /// A view or the like has its name.
        case replaced
        /// It is there without this column.
        case lost(column: String)

        /// What was done, in words that follow the table's name.
        var said: String {
            switch self {
            case .dropped: "was dropped"
            case .replaced: "was replaced by something that is no table"
            case .lost(let column): "lost its column \(column)"
            }
        }
    }
}

extension TableHarm.Kind {
    /// - Parameter relation: what has the table's name now; nil for nothing.
    /// - Returns: nil where nothing was taken from the table since it was made.
    init?(of entry: TableEntry, in relation: SchemaState.Relation?) {
        guard let relation else {
            self = .dropped
            return
        }
        guard relation.isTable else {
            self = .replaced
            return
        }
        let present = Set(relation.columns.filter { $0.type != nil }.map(\.name))
        let key = Table(name: entry.name, kind: entry.kind, columns: []).key
        let needed = Set(key).union(entry.types.keys.filter { $0.hasPrefix("_sdc_") })
        guard let missing = needed.subtracting(present).min() else { return nil }
        self = .lost(column: missing)
    }
}
