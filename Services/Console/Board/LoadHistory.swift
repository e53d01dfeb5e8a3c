import Model

/// The loads of one connection.
struct LoadHistory: Sendable {
    private(set) var tables: [String: TableHistory] = [:]
    /// Oldest first.
    private(set) var schemaChanges: [SchemaChangeRow] = []
    /// The newest that loaded something into a root table.
    private(set) var last: ConnectionRow.LastLoad?
    /// The longest time from a record's extraction to its load, by hours since 1970.
    private(set) var lags: [Int64: Duration] = [:]
    /// Hashes of the ids that have come, by the day of their load.
    private var seen: [Day: Set<Int>] = [:]

    /// - Returns: false for a repeat, and for what is past keeping.
    mutating func take(_ report: LoadingReport, from oldest: Day) -> Bool {
        let day = Day(of: report.completedAt)
        guard day >= oldest, seen[day, default: []].insert(report.id.hashValue).inserted else { return false }
        tables[report.table, default: TableHistory()].take(report, on: day)
        if !report.schemaChanges.isEmpty {
            schemaChanges.append(
                SchemaChangeRow(at: report.completedAt, table: report.table, changes: report.schemaChanges)
            )
            if schemaChanges.count > 2 * Board.mostSchemaChanges { schemaChanges.removeFirst(Board.mostSchemaChanges) }
        }
        guard report.status == .succeeded, report.isReplay != true else { return true }
        if let lag = report.lagMilliseconds {
            lags[report.completedAt.seconds / 3600, default: .zero].raise(to: .milliseconds(lag))
        }
        if report.completedAt >= last?.at ?? report.completedAt {
            last = .init(at: report.completedAt, table: report.table, rowsLoaded: report.rowsLoaded)
        }
        return true
    }

    mutating func forget(before oldest: Day) {
        seen = seen.filter { $0.key >= oldest }
        schemaChanges.removeAll { Day(of: $0.at) < oldest }
        lags = lags.filter { $0.key >= oldest.start.seconds / 3600 }
        for table in tables.keys { tables[table]?.forget(before: oldest) }
        tables = tables.filter { !$0.value.days.isEmpty }
    }
}

extension Duration {
    fileprivate mutating func raise(to other: Duration) { self = max(self, other) }
}
