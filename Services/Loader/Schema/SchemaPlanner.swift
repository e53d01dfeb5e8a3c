package import Model

/// Plans which tables and columns a batch needs beside those that exist. Pure; columns are only ever added.
package struct SchemaPlanner: Sendable {
    /// As the destination has them.
    private var existing: SchemaCatalog
    /// As they will be after the changes.
    package private(set) var catalog: SchemaCatalog
    /// Tables in the order they were asked for.
    private var order: [String] = []

    package init(_ existing: SchemaCatalog) {
        self.existing = existing
        catalog = existing
    }

    /// Asks for a stream's table with all its declared columns, and for its declared sub-tables.
    ///
    /// Columns and sub-tables whose names no destination can hold are left out: a record that brings a value for one is
    /// rejected with the reason.
    package mutating func declare(_ schema: StreamSchema) {
        let shape = TableShape.root(of: schema)
        let key = TableShape.keyColumns(of: schema)
        hold(key, in: shape)
        for definition in schema.columns {
            let place = ColumnPlace(root: shape.name).stepping(ColumnPath(definition.path))
            guard NameRule.fault(ofColumn: place.column) == nil, NameRule.fault(ofTable: place.table) == nil else {
                continue
            }
            let column = Column(place.column, definition.type.cellType)
            guard place.depth > 0 else {
                hold([column], in: shape)
                continue
            }
            guard let root = catalog.tables[shape.name] else { continue }
            let subtable = TableShape.subtable(place.table, of: root, depth: place.depth)
            hold(subtable.columns + [column], in: subtable)
        }
        hold(TableShape.systemColumns(of: schema), in: shape)
    }

    /// Takes the damaged tables of a stream that is read anew for gone.
    /// - Returns: their names.
    package mutating func forgetDamaged(of stream: StreamName) -> [String] {
        let damaged = existing.damaged.filter { existing.tables[$0]?.root == stream.rawValue || $0 == stream.rawValue }
        for name in damaged {
            existing.tables[name] = nil
            catalog.tables[name] = nil
        }
        existing.damaged.subtract(damaged)
        catalog.damaged.subtract(damaged)
        return damaged.sorted()
    }

    /// Asks for a table that has at least these columns. One that exists keeps the columns it has, with their types,
    /// and what the table is declared to be counts from now on.
    package mutating func hold(_ columns: [Column], in table: Table) {
        if !order.contains(table.name) { order.append(table.name) }
        var held = catalog.tables[table.name] ?? Table(name: table.name, kind: table.kind, columns: [])
        held.kind = table.kind
        var names = Set(held.columns.map(\.name))
        for column in columns where names.insert(column.name).inserted { held.columns.append(column) }
        catalog.tables[table.name] = held
    }

    /// What turns the destination's tables into ``catalog``, in order.
    package var changes: [SchemaChange] {
        order.flatMap { name -> [SchemaChange] in
            guard let table = catalog.tables[name] else { return [] }
            guard let before = existing.tables[name] else { return [.createTable(table)] }
            // Columns are only appended.
            return table.columns.dropFirst(before.columns.count).map { .addColumn(table: name, $0) }
        }
    }
}
