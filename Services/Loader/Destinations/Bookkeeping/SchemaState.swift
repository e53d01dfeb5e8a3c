import Loader
import Model

/// What a schema is known to hold. Pure.
struct SchemaState {
    /// The tables as the database names them.
    var catalog: SchemaCatalog
    var names: NameMap
    /// Streams whose table has had rows that no version change took away.
    var withRows: Set<String>
    /// By stream, what was taken from its table or its sub-tables by another hand.
    private let faults: [String: DestinationError]

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
        let others = relations.mapValues { $0.columns.map(\.name) }
        let map = NameMap(limits, entries: names, catalog: catalog, others: others)
        var faults: [String: DestinationError] = [:]
        for entry in entries.sorted(by: { $0.name < $1.name }) {
            guard let change = entry.change(in: relations[entry.name]) else { continue }
            let root = entry.root ?? entry.name
            let stream = map.fullName(ofTable: root)
            if faults[stream] == nil { faults[stream] = .tableChanged(stream: stream, "table \(entry.name) \(change)") }
        }
        self.catalog = catalog
        self.names = map
        self.faults = faults
        withRows = Set(streams.filter(\.hasRows).map(\.stream))
    }

    /// Refuses a batch for a table that is not as it was left.
    /// - Parameter batch: with the database's names.
    func check(_ batch: LoadBatch) throws(DestinationError) {
        guard !faults.isEmpty else { return }
        for table in roots(of: batch) {
            // A table whose name a view has taken has another name now, and its full name still.
            if let fault = faults[names.fullName(ofTable: table)] { throw fault }
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

extension TableEntry {
    /// What was taken from the table since it was made; nil where nothing was.
    fileprivate func change(in relation: SchemaState.Relation?) -> String? {
        guard let relation else { return "was dropped" }
        guard relation.isTable else { return "was replaced by something that is no table" }
        let present = Set(relation.columns.filter { $0.type != nil }.map(\.name))
        let key = Table(name: name, kind: kind, columns: []).key
        let needed = Set(key).union(types.keys.filter { $0.hasPrefix("_sdc_") })
        guard let missing = needed.subtracting(present).min() else { return nil }
        return "lost its column \(missing)"
    }
}
