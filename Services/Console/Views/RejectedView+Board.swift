package import Model

extension RejectedView {
    /// Nil where there is no such connection.
    package init?(_ snapshot: BoardSnapshot, of key: ConnectionKey) {
        guard let connection = snapshot.board.account(of: key) else { return nil }
        let reasons = connection.account.rejections.reasons
        self.init(
            tenant: key.tenant,
            connection: key.connection,
            total: reasons.reduce(0) { $0 + $1.count },
            reasons: reasons,
            records: connection.account.rejections.records
        )
    }
}
