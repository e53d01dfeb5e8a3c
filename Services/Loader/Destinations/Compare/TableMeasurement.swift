import Loader
import Model

/// Measures what differs in one table that both schemas have: a few statements, one pass over the rows.
struct TableMeasurement {
    let session: any CompareSession
    let schemas: Sides<SchemaFacts>
    let identity: TableIdentity
    let tables: Sides<TableFacts>
    let pairing: ColumnPairing
    /// Of tables that are measured already, the time until which their records are compared.
    var horizons: [String: Timestamp?] = [:]

    /// Changes younger than this may not have been visible yet to an extraction: Zendesk's exports leave out the last
    /// minute.
    static let settling = Duration.seconds(60)

    private var statements: CompareStatements {
        var statements = CompareStatements(
            dialect: session.dialect,
            qualifiers: session.qualifiers,
            identity: identity,
            tables: tables
        )
        if case .subrows(let root, _) = identity.rows, let x = schemas.schema[root], let y = schemas.with[root] {
            statements.roots = Sides(schema: x, with: y)
        }
        return statements
    }

    func measured() throws -> TableComparison {
        let profiles = try profiles()
        var table = TableComparison(table: identity.table, verdict: .counted, rows: profiles.map { $0.integer(0) })
        if !identity.key.isEmpty {
            table.key = .init(columns: identity.key, least: profiles.map { $0[1] }, greatest: profiles.map { $0[2] })
        }
        if identity.rows == .records, let change = identity.change {
            table.replicationKey = .init(
                columns: [change],
                least: profiles.map { $0[3] },
                greatest: profiles.map { $0[4] }
            )
        }
        guard identity.rows != .keyless else { return table }
        if case .subrows = identity.rows { table.staleSubrows = profiles.map { $0.integer(6) } }
        let until = try horizon(profiles)
        table.comparedUntil = identity.change == nil ? nil : until
        try compare(&table, until: table.comparedUntil)
        return table
    }

    private func profiles() throws -> Sides<[String?]> {
        try Sides { try session.row(statements.profile($0), table: identity.table) }
    }

    /// When the older of the two extractions was, less ``settling``; nil where a side does not tell.
    private func horizon(_ profiles: Sides<[String?]>) throws -> Timestamp? {
        if case .subrows(let root, _) = identity.rows, let x = schemas.schema[root], let y = schemas.with[root] {
            if let known = horizons[root] { return known }
            let parent = TableMeasurement(
                session: session,
                schemas: schemas,
                identity: TableIdentity(record: root, key: [], change: nil),
                tables: Sides(schema: x, with: y),
                pairing: pairing
            )
            return try parent.horizon(try parent.profiles())
        }
        let ends = try Sides { side in
            var times = [profiles[side][5]]
            if schemas[side].isDeskpipes {
                times.append(try session.rows(statements.reportedExtraction(side), table: identity.table).first?[0])
            }
            return times.compactMap { $0.flatMap { Timestamp(parsing: $0) } }.max()
        }
        guard let x = ends.schema, let y = ends.with else { return nil }
        return min(x, y) - Self.settling
    }

    private func compare(_ table: inout TableComparison, until: Timestamp?) throws {
        var lone = Sides(schema: TableComparison.LoneRows(), with: .init())
        var values = Sides<[TableComparison.SingleColumn]>(schema: [], with: [])
        var start = 0
        repeat {
            let isFirst = start == 0
            let matches = pairing.matches[start...].prefix(CompareStatements.columnsOfAPass)
            let single = isFirst ? pairing.single : Sides(schema: [], with: [])
            let row = try session.row(
                statements.comparison(matches, single: single, until: until),
                table: identity.table
            )
            if isFirst {
                table.common = row.integer(0)
                table.compared = row.integer(1)
                for (side, place) in [(Side.schema, 2), (.with, 5)] {
                    lone[side].count = row.integer(place)
                    lone[side].newer = row.integer(place + 1)
                    lone[side].deleted = row.integer(place + 2)
                }
            }
            let differing = matches.enumerated().filter { row.integer(8 + $0.offset) > 0 }
            try add(differing.map { ($0.element, row.integer(8 + $0.offset)) }, to: &table, until: until)
            var place = 8 + matches.count
            for side in Side.allCases {
                for column in single[side] {
                    values[side].append(.init(column: column.name, values: row.integer(place)))
                    place += 1
                }
            }
            start += matches.count
        } while start < pairing.matches.count
        for side in Side.allCases where lone[side].unexplained > 0 {
            let keys = try session.rows(
                BoundStatement(sql: statements.loneExamples(side, until: until)),
                table: identity.table
            )
            lone[side].examples = keys.compactMap(\.first).compactMap(\.self)
        }
        if identity.rows == .records {
            let common = table.common ?? 0
            table.duplicates = Sides { max(0, (table.rows[$0] ?? 0) - common - lone[$0].count) }
        }
        table.lone = lone
        table.singleColumns = values
    }

    /// Adds fields that differ, each with an example.
    private func add(
        _ differing: [(match: ColumnPairing.Match, rows: Int)],
        to table: inout TableComparison,
        until: Timestamp?
    ) throws {
        guard !differing.isEmpty else { return }
        let examples = try session.row(
            statements.differingExamples(differing.map(\.match)[...], until: until),
            table: identity.table
        )
        for (place, found) in differing.enumerated() {
            table.columns.append(
                .init(
                    column: found.match.name,
                    rows: found.rows,
                    share: Double(found.rows) / Double(max(1, table.compared ?? 1)),
                    example: examples[place]
                )
            )
        }
    }
}

extension TableIdentity {
    /// A table of records of which only the newest extraction is asked.
    fileprivate init(record table: String, key: [String], change: String?) {
        self.table = table
        self.key = key
        self.change = change
        rows = .records
    }
}

extension [String?] {
    fileprivate func integer(_ place: Int) -> Int { self[place].flatMap { Int($0) } ?? 0 }
}
