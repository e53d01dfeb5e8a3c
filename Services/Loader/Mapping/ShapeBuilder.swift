import Model

/// Makes the nodes of a stream's declared places.
struct ShapeBuilder {
    var nodes: [ShapeNode]
    var tables: [MappedTable]
    var tableByName: [String: Int]
    let storage: RowStorage?

    mutating func declare(_ definition: ColumnDefinition, root: Table, in catalog: SchemaCatalog) {
        var node = 0
        for step in ColumnPath(definition.path).steps {
            switch step {
            case .member(let name):
                nodes[node].hasDeclaredMembers = true
                node = member(name, of: node)
            case .element:
                nodes[node].hasDeclaredElement = true
                guard let element = element(of: node, root: root, in: catalog) else { return }
                node = element
            }
        }
        nodes[node].declared = definition.type
    }

    /// The node of a member, made where it is missing.
    mutating func member(_ name: String, of node: Int) -> Int {
        if let known = nodes[node].memberByName[name] { return known }
        let place = nodes[node].place.stepping(.member(name))
        nodes.append(ShapeNode(table: nodes[node].table, place: place))
        nodes[node].memberByName[name] = nodes.count - 1
        // Names that JSON escapes are found by their text instead.
        let bytes = Array(name.utf8)
        nodes[node].members.add(0..<bytes.count, in: bytes.span, node: nodes.count - 1)
        return nodes.count - 1
    }

    /// The node of an array's elements; nil where no table can have its name.
    private mutating func element(of node: Int, root: Table, in catalog: SchemaCatalog) -> Int? {
        if nodes[node].element >= 0 { return nodes[node].element }
        let place = nodes[node].place.stepping(.element)
        guard let table = try? table(at: place, root: root, in: catalog) else { return nil }  // told when a value comes
        nodes.append(ShapeNode(table: table, place: place))
        nodes[node].element = nodes.count - 1
        return nodes.count - 1
    }

    /// The sub-table of a place, made where it is missing.
    mutating func table(at place: ColumnPlace, root: Table, in catalog: SchemaCatalog) throws(RowRejection) -> Int {
        if let known = tableByName[place.table] {
            guard tables[known].depth == place.depth else {
                throw RowRejection("arrays at different depths would share the table \(NameRule.shown(place.table))")
            }
            return known
        }
        if let fault = NameRule.fault(ofTable: place.table) { throw RowRejection(fault) }
        let shape = TableShape.subtable(place.table, of: root, depth: place.depth)
        let existing = catalog.tables[place.table] ?? shape
        guard existing.kind == shape.kind else {
            throw RowRejection("table \(NameRule.shown(place.table)) exists with another key")
        }
        var table = MappedTable(
            name: place.table,
            depth: place.depth,
            fixed: shape.columns,
            existing: existing.columns,
            storage: storage
        )
        table.setMark()
        tables.append(table)
        tableByName[place.table] = tables.count - 1
        return tables.count - 1
    }
}
