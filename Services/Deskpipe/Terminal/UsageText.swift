import Console
import Model

/// Replicated rows as lines for people.
struct UsageText {
    let terminal: Terminal

    func lines(_ usage: UsageView) -> [String] {
        guard usage.total > 0 else { return ["nothing was replicated in the last 30 days"] }
        var table = TextTable(
            [
                ("connection", .left), ("table", .left), ("rows in 30 days", .right), ("share", .right),
                ("of them sub-rows", .right), ("today", .right), ("yesterday", .right),
            ],
            leftOutFirst: ["yesterday", "of them sub-rows", "today", "connection", "share"]
        )
        for row in usage.tables {
            table.add([
                "\(row.tenant)/\(row.connection)", row.table, row.total.grouped,
                Self.percent(row.total, of: usage.total),
                row.subRows.grouped, (row.rows.last ?? 0).grouped, (row.rows.dropLast().last ?? 0).grouped,
            ])
        }
        return table.lines(width: terminal.tableWidth) + ["", Self.sum(usage)] + limit(usage)
    }

    private static func sum(_ usage: UsageView) -> String {
        "\(usage.total.counted("row")) in 30 days, \(usage.previousTotal.grouped) in the 30 days before"
    }

    private func limit(_ usage: UsageView) -> [String] {
        guard let limit = usage.limit else { return [] }
        let line =
            "\(limit.used.grouped) of the row limit of \(limit.rowLimit.grouped), "
            + Self.percent(limit.used, of: limit.rowLimit)
        return [limit.isWarning ? terminal.yellow(line) : line]
    }

    /// `12.3%`
    private static func percent(_ part: Int, of whole: Int) -> String {
        let tenths = Int((Double(part) / Double(max(1, whole)) * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10)%"
    }
}
