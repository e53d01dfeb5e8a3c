import Console
import Model

/// Replicated rows as Stitch counts them, by day and by table.
struct UsagePage {
    struct Table {
        let table: String
        let href: String
        let connection: String
        let total: String
        let subRows: String
        let today: String
        let share: String
    }

    struct Limit {
        let text: String
        let bar: String
        let isWarning: Bool
    }

    let total: String
    let previous: String
    let limit: Limit?
    let chart: String
    let tables: [Table]
    let hasTables: Bool
    let tenants: [FleetPage.Choice]
    let hasTenants: Bool

    private let tenant: TenantID?

    /// - Parameter tenants: all that there are.
    init(_ view: UsageView, tenant: TenantID?, tenants: [TenantID]) {
        self.tenant = tenant
        self.tenants = tenants.map { FleetPage.Choice(value: $0.rawValue, isChosen: $0 == tenant) }
        hasTenants = tenants.count > 1
        total = Words.count(view.total, "row")
        previous = Words.count(view.previousTotal, "row")
        limit = view.limit.map(Limit.init)
        chart = Self.chart(view).svg
        tables = view.tables.map { usage in
            let key = ConnectionKey(tenant: usage.tenant, connection: usage.connection)
            let percent = view.total == 0 ? 0 : usage.total * 1000 / view.total
            return Table(
                table: usage.table,
                href: TableLoadsPage.path(key, usage.table),
                connection: key.description,
                total: Words.count(usage.total),
                subRows: Words.count(usage.subRows),
                today: Words.count(usage.rows.last ?? 0),
                share: "\(percent / 10).\(percent % 10)%"
            )
        }
        hasTables = !tables.isEmpty
    }

    func page() -> Page {
        Page(
            template: "usage",
            title: "Usage",
            section: .usage,
            content: self,
            terminal: "deskpipe usage" + (tenant.map { " --tenant \($0)" } ?? ""),
            json: "/api/v1/usage" + (tenant.map { "?tenant=\($0)" } ?? ""),
            isLive: true
        )
    }

    private static func chart(_ view: UsageView) -> ColumnChart {
        let columns = zip(view.days, view.rows).map { day, rows in
            ColumnChart.Column(
                name: String(day.description.dropFirst(5)),
                value: Double(rows),
                label: "\(day): \(Words.count(rows, "row"))"
            )
        }
        return ColumnChart(
            title: "Rows per day",
            summary: "\(Words.count(view.total, "row")) in \(view.days.count) days.",
            unit: "rows",
            columns: columns
        )
    }
}

extension UsagePage.Limit {
    fileprivate init(_ limit: UsageView.Limit) {
        let bar = ProgressBar(
            title: "Used of the row limit",
            fraction: limit.share,
            tone: limit.isWarning ? .warning : .good
        )
        self.bar = bar.svg
        let share = Int(min(max(limit.share, 0), 1e6) * 100)
        text =
            "\(Words.count(limit.used)) of \(Words.count(limit.rowLimit, "row")) (\(share)%), all connections together"
        isWarning = limit.isWarning
    }
}
