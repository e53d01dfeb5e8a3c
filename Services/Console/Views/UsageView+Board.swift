package import Model

extension UsageView {
    package init(_ snapshot: BoardSnapshot, of filter: ConnectionFilter = ConnectionFilter(), at now: Timestamp) {
        let period = Day.thisPeriod(at: now)
        let days = (0..<30).map { period.lowerBound + Int64($0) }
        let connections = snapshot.board.known(filter)
        let tables = connections.flatMap { connection in
            connection.account.loads.tables.map { name, table in
                let sums = days.map { table.days[$0]?.sums ?? RowSums() }
                return TableUsage(
                    connection.key,
                    table: name,
                    rows: sums.map(\.replicated),
                    total: sums.reduce(0) { $0 + $1.replicated },
                    subRows: sums.reduce(0) { $0 + $1.replicated - $1.rows }
                )
            }
        }
        self.init(
            days: days,
            rows: days.indices.map { day in tables.reduce(0) { $0 + $1.rows[day] } },
            total: tables.reduce(0) { $0 + $1.total },
            previousTotal: connections.reduce(0) { $0 + $1.sums(of: Day.previousPeriod(at: now)).replicated },
            limit: Limit(snapshot.board, snapshot.settings, at: now),
            tables: tables.filter { $0.total > 0 }.sorted { left, right in
                guard left.total == right.total else { return left.total > right.total }
                return (left.tenant, left.connection, left.table) < (right.tenant, right.connection, right.table)
            }
        )
    }
}

extension UsageView.Limit {
    /// From which share of the limit on there is a warning.
    private static let warningShare = 0.9

    /// Nil where no limit is set.
    init?(_ board: Board, _ settings: BoardSettings, at now: Timestamp) {
        guard let rowLimit = settings.rowLimit, rowLimit > 0 else { return nil }
        let used = board.known().reduce(0) { $0 + $1.sums(of: Day.thisPeriod(at: now)).replicated }
        self.init(
            rowLimit: rowLimit,
            used: used,
            share: Double(used) / Double(rowLimit),
            isWarning: Self.isWarning(used, of: rowLimit)
        )
    }

    static func isWarning(_ used: Int, of rowLimit: Int) -> Bool {
        Double(used) >= warningShare * Double(rowLimit)
    }
}
