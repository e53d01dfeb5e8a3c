import Loader

extension SchemaCatalog {
    /// What a schema holds after a change; one that is there already changes nothing.
    mutating func apply(_ change: SchemaChange) {
        switch change {
        case .createTable(let table):
            if tables[table.name] == nil { tables[table.name] = table }
        case .addColumn(let table, let column):
            guard tables[table]?.columns.contains(where: { $0.name == column.name }) == false else { return }
            tables[table]?.columns.append(column)
        }
    }
}
