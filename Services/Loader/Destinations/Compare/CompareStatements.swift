import Loader
import Model

/// The SQL that compares one table, where the work is: no statement brings rows to this process but a few keys. Pure.
///
/// `x` is a row of the first schema, `y` of the second.
struct CompareStatements: Sendable {
    let dialect: CompareDialect
    /// What tables are qualified with: the schemas' names, or those that SQLite has for the two files.
    let qualifiers: Sides<String>
    let identity: TableIdentity
    let tables: Sides<TableFacts>
    /// The tables of the records that sub-rows belong to.
    var roots: Sides<TableFacts>?

    /// The number of keys that are shown of each kind.
    static let examples = 10
    /// Columns that one pass compares: PostgreSQL returns at most 1,664.
    static let columnsOfAPass = 500

    /// Rows, least and greatest key, least and greatest change, newest extraction; of sub-rows those that are stale.
    func profile(_ side: Side) -> String {
        let table = tables[side]
        let first = identity.key.first.flatMap { table[$0] }
        let change = identity.rows == .records ? identity.change.flatMap { table[$0] } : nil
        var stale = "NULL"
        if case .subrows(let root, _) = identity.rows, let join = parentJoin(side, "t") {
            let parent = name(root, side)
            stale = "count(*) - (SELECT count(*) FROM \(name(identity.table, side)) t JOIN \(parent) p ON \(join))"
        }
        return """
            SELECT count(*), \(bounds(first)), \(bounds(change)), \(extraction(side)), \(stale)
            FROM \(name(identity.table, side)) x
            """
    }

    private func bounds(_ column: ColumnFacts?) -> String {
        guard let column, column.kind != .boolean, column.kind != .json else { return "NULL, NULL" }
        let value = dialect.comparable(column, "x")
        return "\(dialect.shown("min(\(value))", column.kind)), \(dialect.shown("max(\(value))", column.kind))"
    }

    /// The newest `_sdc_extracted_at`, or what stands in for it.
    private func extraction(_ side: Side) -> String {
        guard let column = tables[side].extraction else { return "NULL" }
        return dialect.shown("max(\(dialect.instant(column, "x")))", column.kind)
    }

    /// The newest extraction that the loading reports of Deskpipe's schema tell: an unchanged row of a list keeps its
    /// time.
    func reportedExtraction(_ side: Side) -> BoundStatement {
        let column = ColumnFacts(name: "max_extracted_at", type: "", kind: .time(zoned: true))
        let loads = name(BookkeepingTable.loads.rawValue, side)
        return BoundStatement(
            sql: "SELECT \(dialect.shown("max(\(dialect.reference(column, "x")))", column.kind)) FROM \(loads) x "
                + "WHERE x.table_name = $1",
            parameters: [identity.table]
        )
    }

    /// One pass over both tables: rows on both sides, those compared, rows on one side only (all, newer, deleted at the
    /// source) of each side, then for each field the rows that differ, then for each single column the rows with a value.
    /// - Parameter until: what changed later is not compared; nil: everything is.
    func comparison(
        _ matches: ArraySlice<ColumnPairing.Match>,
        single: Sides<[ColumnFacts]>,
        until: Timestamp?
    ) -> String {
        let (x, y) = (isThere("x"), isThere("y"))
        let isCompared = ([x, y] + settled(until)).joined(separator: " AND ")
        var columns = [count("\(x) AND \(y)"), count(isCompared)]
        for (row, other, side) in [("x", y, Side.schema), ("y", x, Side.with)] {
            let lone = "NOT (\(other))"
            columns += [
                count(lone), count("\(lone) AND NOT (\(isSettled(row, side, until))) AND \(isKept(row, side))"),
                count("\(lone) AND NOT \(isKept(row, side))"),
            ]
        }
        columns += matches.map { count("\(dialect.differ($0)) AND \(isCompared)") }
        for (row, side) in [("x", Side.schema), ("y", Side.with)] {
            columns += single[side].map { column in
                count("\(dialect.reference(column, row)) IS NOT NULL AND \(isCompared)")
            }
        }
        return """
            SELECT \(columns.joined(separator: ",\n    "))
            FROM \(rows(.schema, until)) x FULL JOIN \(rows(.with, until)) y ON \(sameKey("x", "y"))
            """
    }

    /// For each field the least key of a row where it differs.
    func differingExamples(_ matches: ArraySlice<ColumnPairing.Match>, until: Timestamp?) -> String {
        let isCompared = settled(until).joined(separator: " AND ")
        let condition = isCompared.isEmpty ? "" : " AND \(isCompared)"
        let columns = matches.map { match in
            "min(\(keyText("x", .schema))) FILTER (WHERE \(dialect.differ(match))\(condition))"
        }
        return """
            SELECT \(columns.joined(separator: ",\n    "))
            FROM \(rows(.schema, until)) x JOIN \(rows(.with, until)) y ON \(sameKey("x", "y"))
            """
    }

    /// Keys of rows that only one side has, and that were neither newer nor deleted at the source.
    func loneExamples(_ side: Side, until: Timestamp?) -> String {
        let (row, other) = side == .schema ? ("x", "y") : ("y", "x")
        let order = identity.key.compactMap { tables[side][$0] }.map { dialect.comparable($0, row) }
        return """
            SELECT \(keyText(row, side)) FROM \(rows(side, until)) \(row)
            WHERE \(isSettled(row, side, until)) AND \(isKept(row, side))
            AND NOT EXISTS (SELECT 1 FROM \(rows(side.other, until)) \(other) WHERE \(sameKey("x", "y")))
            ORDER BY \(order.joined(separator: ", ")) LIMIT \(Self.examples)
            """
    }
}

extension CompareStatements {
    private func name(_ table: String, _ side: Side) -> String {
        "\(SQLIdentifier.quoted(qualifiers[side])).\(SQLIdentifier.quoted(table))"
    }

    private func count(_ condition: String) -> String { "count(*) FILTER (WHERE \(condition))" }

    private func column(_ name: String, _ row: String) -> String { "\(row).\(SQLIdentifier.quoted(name))" }

    private func isThere(_ row: String) -> String { "\(column(identity.key[0], row)) IS NOT NULL" }

    /// The rows that are compared: of a table without a key of its own each key's newest, of sub-rows those whose record
    /// both sides have, unchanged since, and that belong to its last version.
    private func rows(_ side: Side, _ until: Timestamp?) -> String {
        var source = name(identity.table, side)
        if case .subrows(let root, let rootKey) = identity.rows, let roots, let join = parentJoin(side, "t") {
            let both = rootKey.compactMap { key in
                roots.schema[key].flatMap { x in roots.with[key].map { (x, $0) } }
            }.map { x, y in
                let (p, q) = side == .schema ? (x, y) : (y, x)
                return "\(dialect.comparable(p, "p")) = \(dialect.comparable(q, "q"))"
            }
            let conditions = [(side, "p"), (side.other, "q")].compactMap { side, row in
                rootIsSettled(row, roots[side], until)
            }
            source = """
                (SELECT t.* FROM \(source) t JOIN \(name(root, side)) p ON \(join)
                JOIN \(name(root, side.other)) q ON \(both.joined(separator: " AND "))
                \(conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")))
                """
        }
        guard tables[side].primaryKey.sorted() != identity.key.sorted() else { return source }
        let order = tables[side].has(SystemColumn.sequence) ? column(SystemColumn.sequence, "t") : "1"
        let key = identity.key.map { column($0, "t") }.joined(separator: ", ")
        return """
            (SELECT * FROM (SELECT t.*, row_number() OVER (PARTITION BY \(key) ORDER BY \(order) DESC) AS "__place"
            FROM \(source) t WHERE \(column(identity.key[0], "t")) IS NOT NULL) n WHERE n."__place" = 1)
            """
    }

    /// A sub-row's own version of its record.
    private func parentJoin(_ side: Side, _ row: String) -> String? {
        guard case .subrows(_, let rootKey) = identity.rows, let root = roots?[side] else { return nil }
        var conditions: [String] = []
        for key in rootKey {
            guard let own = tables[side][SystemColumn.sourceKey(key)], let parent = root[key] else { return nil }
            conditions.append("\(dialect.comparable(own, row)) = \(dialect.comparable(parent, "p"))")
        }
        if tables[side].has(SystemColumn.sequence), root.has(SystemColumn.sequence) {
            conditions.append("\(column(SystemColumn.sequence, row)) = \(column(SystemColumn.sequence, "p"))")
        }
        return conditions.joined(separator: " AND ")
    }

    private func sameKey(_ x: String, _ y: String) -> String {
        identity.key.compactMap { key in
            guard let left = tables.schema[key], let right = tables.with[key] else { return nil }
            guard left.kind.matches(right.kind) else {
                return "\(dialect.shown(dialect.reference(left, x), .text)) = "
                    + "\(dialect.shown(dialect.reference(right, y), .text))"
            }
            return "\(dialect.comparable(left, x)) = \(dialect.comparable(right, y))"
        }.joined(separator: " AND ")
    }

    private func keyText(_ row: String, _ side: Side) -> String {
        identity.key.compactMap { tables[side][$0] }.map { column in
            dialect.shown(dialect.comparable(column, row), column.kind)
        }.joined(separator: " || ',' || ")
    }

    /// True where a record was not marked as deleted at the source.
    private func isKept(_ row: String, _ side: Side) -> String {
        guard identity.rows == .records, tables[side].has(SystemColumn.deletedAt) else { return "TRUE" }
        return "\(column(SystemColumn.deletedAt, row)) IS NULL"
    }

    private func settled(_ until: Timestamp?) -> [String] {
        [isSettled("x", .schema, until), isSettled("y", .with, until)].filter { $0 != "TRUE" }
    }

    /// True where the row's record had not changed at the source after `until`, on this side's word.
    private func isSettled(_ row: String, _ side: Side, _ until: Timestamp?) -> String {
        // Sub-rows are chosen by their records.
        guard identity.rows == .records else { return "TRUE" }
        return rootIsSettled(row, tables[side], until) ?? "TRUE"
    }

    private func rootIsSettled(_ row: String, _ table: TableFacts, _ until: Timestamp?) -> String? {
        guard let until, let change = identity.change.flatMap({ table[$0] }) else { return nil }
        let reference = dialect.reference(change, row)
        switch (change.kind, dialect) {
        case (.number, _): return "(\(reference) IS NULL OR \(reference) <= \(until.seconds))"
        case (.time, .postgreSQL):
            let limit = "timestamptz '\(until.formatted(.microseconds))'"
            return "(\(reference) IS NULL OR \(dialect.instant(change, row)) <= \(limit))"
        case (.time, .sqlite): return "(\(reference) IS NULL OR \(reference) <= '\(until.formatted(.microseconds))')"
        default: return nil
        }
    }
}
