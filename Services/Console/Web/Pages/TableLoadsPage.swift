import Console
import Messaging
import Model

/// Stitch's *Loading reports by table*: one table, one day, every load.
struct TableLoadsPage {
    struct Row {
        let completedAt: Moment
        let badge: Badge
        let error: Said?
        let bookmark: String?
        let rows: String
        let rejected: String?
        let duration: String
        let replay: String?
    }

    let table: String
    let back: String
    let picker: DayPicker
    let totals: String
    let chart: String
    let rows: [Row]
    let hasRows: Bool
    let isCut: Bool

    private let key: ConnectionKey
    private let name: String

    init(_ view: TableLoadsView, name: String) {
        key = ConnectionKey(tenant: view.tenant, connection: view.connection)
        self.name = name
        table = view.table.escapedForPeople
        back = "\(key.path)/loads"
        picker = DayPicker(path: Self.path(key, view.table), day: view.day, days: view.days)
        totals = Self.sentence(view.totals)
        chart = Self.chart(view).svg
        rows = view.loads.map(Row.init)
        hasRows = !rows.isEmpty
        isCut = view.loads.count < view.totals.loads
    }

    static func path(_ key: ConnectionKey, _ table: String) -> String {
        "\(key.path)/loads/\(MessageKey.encoded(table))"
    }

    static func path(_ key: ConnectionKey, _ table: String, _ day: Day) -> String {
        "\(path(key, table))?day=\(day)"
    }

    func page() -> Page {
        Page(
            template: "table-loads",
            title: name,
            connection: ConnectionFrame(key: key, name: name, tab: .loads),
            content: self,
            terminal: "deskpipe reports loading \(key.flags) --table \(table)",
            json: "/api/v1/connections/\(key)/loads/\(MessageKey.encoded(table))?day=\(picker.day)",
            isLive: true
        )
    }

    private static func sentence(_ totals: TableLoadsView.Totals) -> String {
        var parts = [Words.count(totals.loads, "load")]
        if totals.failed > 0 { parts.append("\(Words.count(totals.failed)) failed") }
        parts.append("\(Words.count(totals.rowsLoaded, "row")) loaded")
        if totals.subRowsLoaded > 0 { parts.append("\(Words.count(totals.subRowsLoaded, "row")) in sub-tables") }
        if totals.rowsRejected > 0 { parts.append("\(Words.count(totals.rowsRejected)) rejected") }
        return parts.joined(separator: ", ")
    }

    /// A bar for each load: when, how long, how many rows.
    private static func chart(_ view: TableLoadsView) -> DayChart {
        let bars = view.loads.map { load in
            let duration = Words.duration(seconds: Double(load.durationMilliseconds) / 1000)
            let text = "\(load.completedAt.formatted(.seconds)), \(load.status.badge.text.lowercased())"
            return DayChart.Bar(
                start: (load.startedAt - view.day.start).fractionalSeconds,
                seconds: Double(load.durationMilliseconds) / 1000,
                value: Double(load.rowsLoaded),
                tone: load.status.tone,
                label: "\(text), \(Words.count(load.rowsLoaded, "row")), \(duration)",
                link: nil
            )
        }
        return DayChart(
            title: "Loads of \(view.table.escapedForPeople) on \(view.day)",
            summary: "\(sentence(view.totals)).",
            unit: "rows",
            bars: bars
        )
    }
}

extension TableLoadsPage.Row {
    fileprivate init(_ row: LoadRow) {
        completedAt = Moment(row.completedAt, precise: true)
        badge = row.status.badge
        error = Said(row.error)
        bookmark = row.maxBookmark.map { "\($0.column): \($0.value)".escapedForPeople }
        rows = Words.count(row.rowsLoaded)
        rejected = row.rowsRejected == 0 ? nil : "\(Words.count(row.rowsRejected)) rejected"
        duration = Words.duration(seconds: Double(row.durationMilliseconds) / 1000)
        replay = row.isReplay ? "rejected records, loaded again" : nil
    }
}
