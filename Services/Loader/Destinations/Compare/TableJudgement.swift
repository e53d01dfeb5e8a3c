import Model

/// Decides from what was measured whether a table differs, and says why. Pure.
struct TableJudgement {
    let schemas: Sides<SchemaFacts>
    let identity: TableIdentity
    let pairing: ColumnPairing

    /// The side that is Deskpipe's while the other is not; nil where both are, or neither.
    static func deskpipesSide(_ schemas: Sides<SchemaFacts>) -> Side? {
        guard schemas.schema.isDeskpipes != schemas.with.isDeskpipes else { return nil }
        return schemas.schema.isDeskpipes ? .schema : .with
    }

    /// Completes a comparison with its verdict, and takes what is by design into the notes.
    func judged(_ measured: TableComparison, _ notes: inout DesignNotes) -> TableComparison {
        var table = measured
        notes.add(table)
        guard identity.rows != .keyless else { return counted(table) }
        table.types = pairing.matches.filter { !DesignNotes.isByDesign($0, identity) }.map { match in
            .init(column: match.name, types: match.columns.map { $0.map(\.type).joined(separator: ", ") })
        }
        table.reasons += loneReasons(table) + duplicateReasons(table)
        table.reasons += table.columns.map { column in
            "\(column.column) differs in \(column.rows) of \(DesignNotes.counted(table.compared ?? 0, "row"))"
                + " (\(Self.percent(column.share)))" + (column.example.map { ", in \($0) for one" } ?? "")
        }
        table.reasons += singleReasons(&table, &notes)
        table.reasons += table.types.map { type in
            "\(type.column) is \(type.types.schema) in \(schemas.schema.name), \(type.types.with) in \(schemas.with.name)"
        }
        table.verdict = table.reasons.isEmpty ? .equal : .differs
        return table
    }

    private func counted(_ measured: TableComparison) -> TableComparison {
        var table = measured
        table.notes.append("no key that both have: its rows were only counted")
        let isSame = table.rows.schema == table.rows.with
        if !isSame { table.reasons.append("\(table.rows.schema ?? 0) and \(table.rows.with ?? 0) rows, without a key") }
        table.verdict = isSame ? .counted : .differs
        return table
    }

    private func loneReasons(_ table: TableComparison) -> [String] {
        Side.allCases.compactMap { side in
            guard let lone = table.lone?[side], lone.unexplained > 0 else { return nil }
            let more = lone.unexplained > lone.examples.count ? ", ..." : ""
            return "\(DesignNotes.counted(lone.unexplained, "key")) only in \(schemas[side].name): "
                + lone.examples.joined(separator: "; ") + more
        }
    }

    private func duplicateReasons(_ table: TableComparison) -> [String] {
        Side.allCases.compactMap { side in
            guard let count = table.duplicates?[side], count > 0 else { return nil }
            return "\(DesignNotes.counted(count, "row")) of \(schemas[side].name) repeat a key: the newest was compared"
        }
    }

    /// Columns with values that only one side has. Empty ones are by design: Stitch makes a column with its first value;
    /// so are those that Deskpipe reads and Stitch does not.
    private func singleReasons(_ table: inout TableComparison, _ notes: inout DesignNotes) -> [String] {
        guard let single = table.singleColumns else { return [] }
        return Side.allCases.flatMap { side -> [String] in
            let filled = single[side].filter { $0.values > 0 }
            notes.addEmptyColumns(single[side].count - filled.count, side)
            if side == Self.deskpipesSide(schemas) {
                notes.addFurtherColumns(filled.map { "\(table.table).\($0.column)" })
                return []
            }
            return filled.map { column in
                "\(column.column) only in \(schemas[side].name), with a value in "
                    + "\(DesignNotes.counted(column.values, "row"))"
            }
        }
    }

    /// A table that only one side has.
    static func lone(
        _ name: String,
        rows: Int,
        _ side: Side,
        _ schemas: Sides<SchemaFacts>,
        _ notes: inout DesignNotes
    ) -> TableComparison {
        var counts = Sides<Int?>(schema: nil, with: nil)
        counts[side] = rows
        var table = TableComparison(table: name, verdict: .expected, rows: counts)
        if rows == 0 {
            notes.addEmptyTable(name, side)
        } else if side == deskpipesSide(schemas) {
            notes.addFurtherTable(name)
        } else {
            table.verdict = .differs
            table.reasons = ["only in \(schemas[side].name), with \(DesignNotes.counted(rows, "row"))"]
        }
        return table
    }

    /// `0.6 %`; what is less than a thousandth is `< 0.1 %`.
    private static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return tenths == 0 ? "< 0.1 %" : "\(tenths / 10).\(tenths % 10) %"
    }
}
