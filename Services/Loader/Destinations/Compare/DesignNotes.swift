import Model

/// What differs by design between Stitch's tables and Deskpipe's, gathered over all tables to be told once. Pure.
struct DesignNotes: Sendable {
    private var plainTimes: Set<Side> = []
    private var hasWidths = false
    private var splits: [String] = []
    private var asText: [String] = []
    private var systemColumns = Sides<Set<String>>(schema: [], with: [])
    private var emptyColumns = Sides<Int>(schema: 0, with: 0)
    private var emptyTables = Sides<[String]>(schema: [], with: [])
    private var furtherColumns: [String] = []
    private var furtherTables: [String] = []
    private var stale = Sides<Int>(schema: 0, with: 0)
    private var newer = Sides<Int>(schema: 0, with: 0)
    private var deleted = Sides<Int>(schema: 0, with: 0)
    private var unsettled = 0
    private var withoutChange: [String] = []

    mutating func add(_ pairing: ColumnPairing, _ tables: Sides<TableFacts>, _ identity: TableIdentity) {
        for match in pairing.matches {
            let (x, y) = (match.columns.schema, match.columns.with)
            if match.isSplit { splits.append("\(identity.table).\(match.name)") }
            for side in Side.allCases where match.kinds(side).contains(.time(zoned: false)) {
                if match.kinds(side.other).contains(.time(zoned: true)) { plainTimes.insert(side) }
            }
            guard !match.isSplit, x[0].type != y[0].type else { continue }
            if x[0].kind == .number, y[0].kind == .number { hasWidths = true }
            if !match.isDirect, Self.isByDesign(match, identity) { asText.append("\(identity.table).\(match.name)") }
        }
        for side in Side.allCases {
            let names = tables[side].columns.filter(\.isSystem).map(\.name)
            systemColumns[side].formUnion(names.filter { !tables[side.other].has($0) })
        }
        if identity.rows == .records, identity.change == nil { withoutChange.append(identity.table) }
    }

    /// True where two types of a column are as they should be: Deskpipe keeps a field without a declared type as text.
    static func isByDesign(_ match: ColumnPairing.Match, _ identity: TableIdentity) -> Bool {
        if match.isSplit || match.isDirect { return true }
        let kinds = match.kinds(.schema).union(match.kinds(.with))
        return kinds == [.text, .json] || (identity.untyped.contains(match.name) && kinds.contains(.text))
    }

    mutating func addEmptyColumns(_ count: Int, _ side: Side) { emptyColumns[side] += count }
    mutating func addFurtherColumns(_ names: [String]) { furtherColumns += names }
    mutating func addEmptyTable(_ name: String, _ side: Side) { emptyTables[side].append(name) }
    mutating func addFurtherTable(_ name: String) { furtherTables.append(name) }

    mutating func add(_ table: TableComparison) {
        for side in Side.allCases {
            stale[side] += table.staleSubrows?[side] ?? 0
            newer[side] += table.lone?[side].newer ?? 0
            deleted[side] += table.lone?[side].deleted ?? 0
        }
        if table.replicationKey != nil, let common = table.common, let compared = table.compared {
            unsettled += common - compared
        }
    }

    /// The notes, a sentence each.
    func lines(_ schemas: Sides<SchemaFacts>) -> [String] {
        let names = schemas.map(\.name)
        var lines: [String] = []
        for side in Side.allCases where plainTimes.contains(side) {
            lines.append("times in \(names[side]) have no zone (timestamp): they are read as UTC")
        }
        if hasWidths { lines.append("numbers are compared by value, whatever their type: 1.0 is 1, integer is bigint") }
        if !splits.isEmpty {
            lines.append(
                "columns that were split by type (__it, __de, __st ...) are compared as one: \(Self.list(splits))"
            )
        }
        if !asText.isEmpty {
            lines.append("fields without a declared type are text in Deskpipe: compared as text: \(Self.list(asText))")
        }
        let systemTables = Set(schemas.schema.systemTables + schemas.with.systemTables).sorted()
        if !systemTables.isEmpty { lines.append("not compared, as they hold no records: \(Self.list(systemTables))") }
        lines += Side.allCases.flatMap { side in self.lines(of: side, names) }
        if unsettled > 0 {
            let rows = Self.counted(unsettled, "row")
            lines.append("\(rows) on both sides changed after the older extraction: their values are not compared")
        }
        if !furtherTables.isEmpty { lines.append("tables that only Deskpipe loads: \(Self.list(furtherTables))") }
        if !furtherColumns.isEmpty { lines.append("columns that only Deskpipe loads: \(Self.list(furtherColumns))") }
        if !withoutChange.isEmpty {
            lines.append(
                "no time of change: \(Self.list(withoutChange)); what changed between the two extractions differs there"
            )
        }
        return lines
    }

    private func lines(of side: Side, _ names: Sides<String>) -> [String] {
        var lines: [String] = []
        let name = names[side]
        if !systemColumns[side].isEmpty {
            lines.append("system columns only in \(name): \(Self.list(systemColumns[side].sorted()))")
        }
        if emptyColumns[side] > 0 {
            lines.append("\(Self.counted(emptyColumns[side], "column")) only in \(name) without a value")
        }
        if !emptyTables[side].isEmpty {
            lines.append("tables only in \(name) without a row: \(Self.list(emptyTables[side]))")
        }
        if stale[side] > 0 {
            lines.append(
                "\(Self.counted(stale[side], "sub-row")) of \(name) left over from earlier versions of a record: "
                    + "not compared"
            )
        }
        if newer[side] > 0 {
            lines.append("\(Self.counted(newer[side], "row")) only in \(name) changed after the older extraction")
        }
        if deleted[side] > 0 {
            lines.append(
                "\(Self.counted(deleted[side], "row")) only in \(name) with _sdc_deleted_at: gone at the source"
            )
        }
        return lines
    }

    static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// The names; of many the first ones.
    static func list(_ names: [String]) -> String {
        names.count <= 14
            ? names.joined(separator: ", ") : names.prefix(12).joined(separator: ", ") + " and \(names.count - 12) more"
    }
}
