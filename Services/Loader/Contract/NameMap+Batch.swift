import Model

extension NameMap {
    /// A table with the names that it has in the database.
    package mutating func named(_ table: Table) -> Table {
        var named = table
        named.name = name(ofTable: table.name)
        named.columns = table.columns.map { Column(name(ofColumn: $0.name, in: table.name), $0.type) }
        named.kind = Self.renamed(table.kind, root: { name(ofTable: $0) }, key: { name(ofColumn: $0, in: table.name) })
        return named
    }

    /// The tables of the database by their full names.
    package func full(_ catalog: SchemaCatalog) -> SchemaCatalog {
        var full = SchemaCatalog(declarations: catalog.declarations)
        for table in catalog.tables.values {
            let name = table.name
            var known = table
            known.name = fullName(ofTable: name)
            known.columns = table.columns.map { Column(fullName(ofColumn: $0.name, in: name), $0.type) }
            known.kind = Self.renamed(
                table.kind,
                root: { fullName(ofTable: $0) },
                key: { fullName(ofColumn: $0, in: name) }
            )
            full.tables[known.name] = known
        }
        full.damaged = Set(catalog.damaged.map { fullName(ofTable: $0) })
        return full
    }

    private static func renamed(_ kind: Table.Kind, root: (String) -> String, key: (String) -> String) -> Table.Kind {
        switch kind {
        case .keyed(let columns): .keyed(columns.map(key))
        case .kept(let columns): .kept(columns.map(key))
        case .versioned(let columns): .versioned(columns.map(key))
        case .appended: .appended
        case .subtable(let table, let columns): .subtable(root: root(table), key: columns.map(key))
        }
    }

    /// A batch with the names of the database; rejected records keep the full name of their table.
    package mutating func named(_ batch: LoadBatch) -> LoadBatch {
        var named = batch
        named.changes = batch.changes.map { change in
            switch change {
            case .createTable(let table): .createTable(self.named(table))
            case .addColumn(let table, let column):
                .addColumn(
                    table: name(ofTable: table),
                    Column(name(ofColumn: column.name, in: table), column.type)
                )
            }
        }
        for place in named.tables.indices {
            let load = batch.tables[place]
            named.tables[place].table = self.named(load.table)
            named.tables[place].rows.renameColumns { name(ofColumn: $0, in: load.table.name) }
            for subplace in load.subtables.indices {
                let table = load.subtables[subplace].table
                named.tables[place].subtables[subplace].table = self.named(table)
                named.tables[place].subtables[subplace].rows.renameColumns { name(ofColumn: $0, in: table.name) }
            }
        }
        named.resets = batch.resets.map { TableReset(table: name(ofTable: $0.table)) }
        for place in named.versions.indices { named.versions[place].table = name(ofTable: batch.versions[place].table) }
        return named
    }

    /// An outcome by the full names of its tables.
    package func full(_ outcome: LoadOutcome) -> LoadOutcome {
        var full = LoadOutcome(batchedAt: outcome.batchedAt)
        for (name, result) in outcome.tables {
            var result = result
            result.subtables = Dictionary(
                result.subtables.map { (fullName(ofTable: $0.key), $0.value) },
                uniquingKeysWith: +
            )
            full.tables[fullName(ofTable: name)] = result
        }
        return full
    }
}
