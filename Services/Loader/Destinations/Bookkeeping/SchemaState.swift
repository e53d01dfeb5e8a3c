import Loader
import Model

/// What a schema is known to hold. Pure.
struct SchemaState {
    /// The tables as the database names them.
    var catalog: SchemaCatalog
    var names: NameMap
    /// Streams whose table has had rows that no version change took away.
    var withRows: Set<String>
    /// By stream, what another hand did to its table and its sub-tables, in the tables' order.
    private var harms: [String: [TableHarm]]

    /// A table or view of the schema.
    struct Relation {
        var isTable: Bool
        /// The columns it has; the type is nil for one that is not Deskpipe's.
        var columns: [(name: String, type: CellType?)]
    }

    /// - Parameters:
    ///   - entries: the tables that Deskpipe made.
    ///   - relations: all that is in the schema, by name.
    init(
        _ limits: NameLimits,
        entries: [TableEntry],
        relations: [String: Relation],
        names: [NameMap.Entry],
        streams: [StreamRow]
    ) {
        var catalog = SchemaCatalog()
        for entry in entries {
            let found = relations[entry.name]?.columns ?? []
            let columns = found.compactMap { name, type in type.map { Column(name, $0) } }
            guard !columns.isEmpty else { continue }
            catalog.tables[entry.name] = Table(name: entry.name, kind: entry.kind, columns: columns)
        }
        for row in streams { catalog.declarations[StreamName(rawValue: row.stream)] = row.declaration }
        let harmed = entries.sorted(by: { $0.name < $1.name }).compactMap { entry in
            TableHarm.Kind(of: entry, in: relations[entry.name]).map { (entry, $0) }
        }
        for case (let entry, .lost) in harmed { catalog.damaged.insert(entry.name) }
        // Of a table that is made anew no name is taken.
        let others = relations.filter { !catalog.damaged.contains($0.key) }.mapValues { $0.columns.map(\.name) }
        let map = NameMap(limits, entries: names, catalog: catalog, others: others)
        var harms: [String: [TableHarm]] = [:]
        for (entry, kind) in harmed {
            let stream = map.fullName(ofTable: entry.root ?? entry.name)
            harms[stream, default: []].append(TableHarm(table: entry.name, kind: kind))
        }
        self.catalog = catalog
        self.names = map
        self.harms = harms
        withRows = Set(streams.filter(\.hasRows).map(\.stream))
    }

    /// Refuses a batch for a table that is not as it was left, unless the batch puts it right.
    /// - Parameter batch: with the database's names.
    func check(_ batch: LoadBatch) throws(DestinationError) {
        guard !harms.isEmpty else { return }
        for reset in batch.resets {
            let stream = names.fullName(ofTable: reset.table)
            for harm in harms[stream] ?? [] where harm.kind == .replaced {
                throw .resetRefused(stream: stream, why: "\(harm.table) is no table any more; give that another name")
            }
        }
        for table in roots(of: batch) {
            // A table whose name a view has taken has another name now, and its full name still.
            let stream = names.fullName(ofTable: table)
            guard let harm = harms[stream]?.first,
                !batch.resets.contains(where: { names.fullName(ofTable: $0.table) == stream })
            else { continue }
            throw .tableChanged(stream: stream, "table \(harm.table) \(harm.kind.said)")
        }
    }

    /// Takes the tables of streams that are read anew out of what is known, where they are not as they should be.
    /// - Parameter batch: checked.
    /// - Returns: what is to be done for each of these streams.
    mutating func begin(_ batch: LoadBatch) -> [TableRepair] {
        batch.resets.map { reset in
            let stream = names.fullName(ofTable: reset.table)
            let harmed = harms.removeValue(forKey: stream) ?? []
            for harm in harmed {
                catalog.tables[harm.table] = nil
                catalog.damaged.remove(harm.table)
            }
            withRows.remove(stream)
            return TableRepair(
                stream: stream,
                table: reset.table,
                hasTable: catalog.tables[reset.table] != nil,
                harmed: harmed,
                subtables: catalog.subtables(of: reset.table).map(\.name)
            )
        }
    }

    /// The root tables that a batch changes, by the database's names.
    private func roots(of batch: LoadBatch) -> [String] {
        let changed = batch.changes.map { change in
            switch change {
            case .createTable(let table): table.root
            case .addColumn(let table, _): catalog.tables[table]?.root ?? table
            }
        }
        return changed + batch.tables.map(\.table.name) + batch.versions.map(\.table)
    }

    /// The tables of a batch that must have rows, by the database's names.
    func tablesWithRows(_ batch: LoadBatch) -> [String] {
        batch.tables.map(\.table.name).filter { withRows.contains(names.fullName(ofTable: $0)) }
    }

    func truncated(_ table: String) -> DestinationError {
        .tableChanged(stream: names.fullName(ofTable: table), "table \(table) was emptied")
    }
}
