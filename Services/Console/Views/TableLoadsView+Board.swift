package import Model

extension TableLoadsView {
    /// Nil where there is no such connection. A table that has no loads yet has none.
    package init?(_ snapshot: BoardSnapshot, of key: ConnectionKey, table name: String, on day: Day) {
        guard let connection = snapshot.board.account(of: key) else { return nil }
        let days = connection.account.loads.tables[name]?.days ?? [:]
        let loads = (days[day]?.loads ?? []).sorted { $1.completedAt < $0.completedAt }
        self.init(
            tenant: key.tenant,
            connection: key.connection,
            table: name,
            day: day,
            days: days.keys.sorted(by: >),
            totals: days[day]?.totals ?? Totals(),
            loads: Array(loads.prefix(Board.mostLoads))
        )
    }
}
