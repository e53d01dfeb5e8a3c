import Catalog
package import Model

extension LoadsView {
    /// Nil where there is no such connection.
    package init?(_ snapshot: BoardSnapshot, of key: ConnectionKey, at now: Timestamp) {
        guard let connection = snapshot.board.account(of: key) else { return nil }
        let selected = Set(connection.selected.map(\.name.rawValue))
        let waiting = connection.rowsToLoad
        let names = selected.union(connection.account.loads.tables.keys).sorted()
        self.init(
            tenant: key.tenant,
            connection: key.connection,
            schema: connection.definition.schema,
            at: now,
            tables: names.map { name in
                var row = TableRow(name, isSelected: selected.contains(name))
                row.rowsToLoad = waiting[StreamName(rawValue: name)] ?? 0
                if let table = connection.account.loads.tables[name] { row.take(table, at: now) }
                return row
            }
        )
    }
}

extension TableRow {
    fileprivate mutating func take(_ table: TableHistory, at now: Timestamp) {
        let windows = TableWindows(table, at: now)
        maxBookmark = table.maxBookmark
        maxExtractedAt = table.maxExtractedAt
        lastLoadedAt = table.lastLoadedAt
        failure = table.failure
        rows = windows.of(\.rows)
        rejected = windows.of(\.rejected)
        subtables = windows.subtables.map { name in
            Subtable(table: name, rows: windows.of { $0.subRows[name] ?? 0 })
        }
    }
}

/// A table's sums in the three windows that Stitch shows.
private struct TableWindows {
    let lastDay: RowSums
    let thisPeriod: RowSums
    let previousPeriod: RowSums

    init(_ table: TableHistory, at now: Timestamp) {
        lastDay = table.lastDay(at: now)
        thisPeriod = table.sums(of: Day.thisPeriod(at: now))
        previousPeriod = table.sums(of: Day.previousPeriod(at: now))
    }

    /// All sub-tables of the windows, by name.
    var subtables: [String] {
        Set(lastDay.subRows.keys).union(thisPeriod.subRows.keys).union(previousPeriod.subRows.keys).sorted()
    }

    func of(_ count: (RowSums) -> Int) -> RowWindows {
        RowWindows(
            last24Hours: count(lastDay),
            this30Days: count(thisPeriod),
            previous30Days: count(previousPeriod)
        )
    }
}

extension Day {
    /// The 30 days that end today.
    static func thisPeriod(at now: Timestamp) -> ClosedRange<Day> { Day(of: now) - 29...Day(of: now) }

    /// The 30 days before.
    static func previousPeriod(at now: Timestamp) -> ClosedRange<Day> { Day(of: now) - 59...Day(of: now) - 30 }
}
