package import Model

extension ExtractionsView {
    /// Nil where there is no such connection.
    package init?(_ snapshot: BoardSnapshot, of key: ConnectionKey, on day: Day, at now: Timestamp) {
        guard let connection = snapshot.board.account(of: key) else { return nil }
        let runs = connection.account.runs.ended + (connection.running(at: now).map { [RunRow($0)] } ?? [])
        self.init(
            tenant: key.tenant,
            connection: key.connection,
            day: day,
            days: Set(runs.map { Day(of: $0.startedAt) }).sorted(by: >),
            runs: runs.filter { Day(of: $0.startedAt) == day }
        )
    }
}
