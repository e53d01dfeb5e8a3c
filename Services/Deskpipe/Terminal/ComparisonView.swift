import Destinations
import Model

/// A comparison for people: a table of tables, why each one differs, what differs by design, and what to do next.
struct ComparisonView {
    let terminal: Terminal

    /// One line for a table that has been compared.
    static func progress(_ table: TableComparison) -> String {
        let rows = max(table.rows.schema ?? 0, table.rows.with ?? 0)
        let tenths = Int((table.seconds * 10).rounded())
        return "\(table.table): \(table.verdict.word), \(rows.counted("row")), \(tenths / 10).\(tenths % 10) s"
    }

    func lines(_ comparison: SchemaComparison) -> [String] {
        let names = comparison.schemas
        var lines = table(comparison)
        let differing = comparison.tables.filter { $0.verdict == .differs }
        for table in differing {
            lines += ["", terminal.yellow(table.table)] + table.reasons.map { "  \($0)" }
        }
        if !comparison.notes.isEmpty {
            lines += ["", "By design, and no difference of data:"] + comparison.notes.map { "  \($0)" }
        }
        let counted = comparison.tables.filter { $0.verdict == .counted }.map(\.table)
        if !counted.isEmpty {
            lines.append("  without a key to compare by, only counted: \(counted.joined(separator: ", "))")
        }
        lines.append("")
        guard !differing.isEmpty else {
            return lines + [
                terminal.green("\(names.schema) and \(names.with) are equal."),
                "Next: grants and names, docs/migrate-from-stitch.md.",
            ]
        }
        let all = comparison.tables.count.counted("table")
        lines.append(terminal.red("\(differing.count) of \(all) differ between \(names.schema) and \(names.with)."))
        return lines + Self.advice(differing, names).map { "  \($0)" }
    }

    private func table(_ comparison: SchemaComparison) -> [String] {
        let names = comparison.schemas
        var table = TextTable([
            ("table", .left), ("rows \(names.schema)", .right), ("rows \(names.with)", .right), ("compared", .right),
            ("only \(names.schema)", .right), ("only \(names.with)", .right), ("columns", .right), ("verdict", .left),
        ])
        for one in comparison.tables {
            let differing = one.columns.count + one.types.count
            table.add([
                one.table, one.rows.schema?.grouped ?? "-", one.rows.with?.grouped ?? "-",
                one.compared?.grouped ?? "-", one.lone?.schema.unexplained.grouped ?? "-",
                one.lone?.with.unexplained.grouped ?? "-", one.compared == nil ? "-" : differing.grouped,
                one.verdict.word,
            ])
        }
        return comparison.tables.isEmpty ? ["Neither schema has a table of records."] : table.lines()
    }

    /// What to do about the kinds of differences that there are.
    static func advice(_ tables: [TableComparison], _ names: Sides<String>) -> [String] {
        var advice: [String] = []
        for side in Side.allCases where tables.contains(where: { $0.lone?[side].unexplained ?? 0 > 0 }) {
            advice.append(
                "keys only in \(names[side]): look one up in Zendesk. Gone there: nothing to do. Older than the start "
                    + "date of \(names[side.other]): set an earlier one. Else \(names[side.other]) lacks it"
            )
        }
        if tables.contains(where: { !$0.columns.isEmpty }) {
            advice.append(
                "values differ: look the row up in Zendesk, and read the stream again on the side that is wrong"
            )
        }
        if tables.contains(where: { !$0.types.isEmpty }) {
            advice.append("types differ: SQL that relies on them needs a cast, or a view")
        }
        if tables.contains(where: { $0.compared == nil }) {
            advice.append("tables of one schema only: select the stream (deskpipe streams), or do without it")
        }
        advice.append("docs/migrate-from-stitch.md says what differs and why")
        return advice
    }
}

extension TableComparison.Verdict {
    fileprivate var word: String {
        switch self {
        case .equal: "equal"
        case .differs: "differs"
        case .counted: "same count"
        case .expected: "as expected"
        }
    }
}
