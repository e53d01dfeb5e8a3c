/// The measurements as lines of text.
struct ResultTable {
    private let rows: [[String]]

    init(_ lines: [any TableLine]) {
        rows = ([TableCells.heads] + lines.map(\.cells)).map(\.all)
    }

    /// With blanks between the columns.
    var lines: [String] {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            row.indices.map { column in
                let blanks = String(repeating: " ", count: widths[column] - row[column].count)
                return TableCells.texts.contains(column) ? row[column] + blanks : blanks + row[column]
            }.joined(separator: "  ")
        }
        guard !lines.isEmpty else { return [] }
        return [lines[0], String(repeating: "-", count: lines[0].count)] + lines.dropFirst()
    }

    /// As Markdown has tables.
    var markdown: [String] {
        let lines = rows.map { "| " + $0.joined(separator: " | ") + " |" }
        let rule = TableCells.heads.all.indices.map { TableCells.texts.contains($0) ? "---" : "---:" }
        return [lines[0], "| " + rule.joined(separator: " | ") + " |"] + lines.dropFirst()
    }
}
