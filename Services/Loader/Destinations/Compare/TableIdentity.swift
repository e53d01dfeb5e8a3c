import Loader
package import Model

/// What tells the rows of a table apart, and when they changed. Pure.
struct TableIdentity: Hashable, Sendable {
    enum Rows: Hashable, Sendable {
        /// Records with a key.
        case records
        /// Elements of an array of the root's records.
        case subrows(root: String, rootKey: [String])
        /// Nothing tells them apart on both sides: they are only counted.
        case keyless
    }

    var table: String
    var rows: Rows
    /// The columns that tell its rows apart; of sub-rows the record's key first, then the places.
    var key: [String] = []
    /// The column that says when the source changed a record; of sub-rows the root's. Nil where there is none.
    var change: String?
    /// Columns that are declared without a type: Deskpipe keeps them as text.
    var untyped: Set<String> = []

    /// What both tables have of what the catalogue, or their primary key, says; ``Rows/keyless`` where that is too little.
    init(of table: String, in schemas: Sides<SchemaFacts>, _ catalogue: CompareCatalogue) {
        self.table = table
        untyped = catalogue.untypedColumns(of: table)
        guard let held = Self.tables(table, schemas) else {
            rows = .keyless
            return
        }
        let isSubtable = held.schema.columns.contains { $0.name.hasPrefix("_sdc_source_key_") }
        if isSubtable, let root = Self.root(of: table, schemas, catalogue) {
            let parent = TableIdentity(of: root, in: schemas, catalogue)
            let levels = held.schema.columns.map(\.name).filter { $0.wholeMatch(of: /_sdc_level_\d+_id/) != nil }
            let wanted = parent.key.map(SystemColumn.sourceKey) + levels.sorted()
            if parent.rows == .records, !levels.isEmpty, Self.have(wanted, held) {
                rows = .subrows(root: root, rootKey: parent.key)
                key = wanted
                change = parent.change
                return
            }
        }
        let declared = catalogue.streams[table]
        let wanted = declared.map { $0.key.map(NameRule.column) } ?? held.schema.primaryKey
        guard !isSubtable, !wanted.isEmpty, wanted != [SystemColumn.primaryKey], Self.have(wanted, held) else {
            rows = .keyless
            return
        }
        rows = .records
        key = wanted
        let candidates = [declared?.replicationKey.map(NameRule.column), "updated_at"].compactMap(\.self)
        change = candidates.first { Self.have([$0], held) }
    }

    private static func tables(_ name: String, _ schemas: Sides<SchemaFacts>) -> Sides<TableFacts>? {
        guard let schema = schemas.schema[name], let with = schemas.with[name] else { return nil }
        return Sides(schema: schema, with: with)
    }

    private static func have(_ columns: [String], _ tables: Sides<TableFacts>) -> Bool {
        columns.allSatisfy { tables.schema.has($0) && tables.with.has($0) }
    }

    /// The table whose records a sub-table's rows belong to: the longest name that begins its own.
    private static func root(
        of table: String,
        _ schemas: Sides<SchemaFacts>,
        _ catalogue: CompareCatalogue
    ) -> String? {
        let prefixes = schemas.schema.tables.map(\.name).filter { name in
            table.hasPrefix("\(name)__") && schemas.with[name] != nil
                && schemas.schema[name]?.columns.contains { $0.name.hasPrefix("_sdc_source_key_") } == false
        }
        return prefixes.max { $0.count < $1.count }
    }
}

/// What the catalogue of streams says about tables, by their names.
package struct CompareCatalogue: Sendable {
    var streams: [String: StreamSchema] = [:]
    private var types: [String: [String: ColumnType]] = [:]

    /// - Parameter streams: of one source; their names are their tables'.
    package init(_ streams: [StreamSchema]) {
        for stream in streams {
            self.streams[stream.stream.rawValue] = stream
            let root = ColumnPlace(root: stream.stream.rawValue)
            for definition in stream.columns {
                let place = root.stepping(ColumnPath(definition.path))
                types[place.table, default: [:]][place.column] = definition.type
            }
        }
    }

    func type(of column: String, in table: String) -> ColumnType? { types[table]?[column] }

    func untypedColumns(of table: String) -> Set<String> {
        Set((types[table] ?? [:]).filter { $0.value == .untyped }.keys)
    }
}
