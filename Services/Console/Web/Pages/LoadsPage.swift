import Console
import Model

/// Stitch's *Loading reports for all tables*.
struct LoadsPage {
    struct Windows {
        let day: String
        let this: String
        let previous: String

        init(_ windows: RowWindows) {
            day = Words.count(windows.last24Hours)
            this = Words.count(windows.this30Days)
            previous = Words.count(windows.previous30Days)
        }
    }

    struct Table {
        let id: String
        let name: String
        let href: String
        let note: String?
        let bookmark: String?
        let extractedAt: Moment?
        let rows: Windows
        let rowsToLoad: String?
        let failure: Failure?
        let subtables: [Subtable]
        let subtableCount: String?
    }

    struct Subtable {
        let name: String
        let rows: Windows
    }

    struct Failure {
        let since: Moment
        let error: Said
    }

    let tables: [Table]
    let hasTables: Bool

    private let key: ConnectionKey
    private let name: String

    init(_ view: LoadsView, name: String) {
        key = ConnectionKey(tenant: view.tenant, connection: view.connection)
        self.name = name
        let (key, today) = (key, Day(of: view.at))
        tables = view.tables.map { Table($0, of: key, today: today) }
        hasTables = !tables.isEmpty
    }

    func page() -> Page {
        Page(
            template: "loads",
            title: name,
            connection: ConnectionFrame(key: key, name: name, tab: .loads),
            content: self,
            terminal: "deskpipe reports tables \(key.flags)",
            json: "/api/v1/connections/\(key)/loads",
            isLive: true
        )
    }
}

extension LoadsPage.Table {
    fileprivate init(_ row: TableRow, of key: ConnectionKey, today: Day) {
        id = "sub-\(row.table)"
        name = row.table
        href = TableLoadsPage.path(key, row.table, row.lastLoadedAt.map(Day.init(of:)) ?? today)
        note = row.isSelected ? nil : "no longer read"
        bookmark = row.maxBookmark.map { "\($0.column): \($0.value)".escapedForPeople }
        extractedAt = Moment(row.maxExtractedAt)
        rows = LoadsPage.Windows(row.rows)
        rowsToLoad = row.rowsToLoad == 0 ? nil : "\(Words.count(row.rowsToLoad, "row")) to be loaded"
        failure = row.failure.map {
            LoadsPage.Failure(since: Moment($0.since), error: Said($0.error))
        }
        subtables = row.subtables.map { LoadsPage.Subtable(name: $0.table, rows: LoadsPage.Windows($0.rows)) }
        subtableCount = row.subtables.isEmpty ? nil : Words.count(row.subtables.count, "sub-table")
    }
}
