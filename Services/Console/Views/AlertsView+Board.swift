package import Model

extension AlertsView {
    /// - Parameter filter: what is about none of them alone is there too.
    package init(_ snapshot: BoardSnapshot, of filter: ConnectionFilter = ConnectionFilter(), at now: Timestamp) {
        let isWanted = { (alert: Alert) in alert.key.map(filter.allows) ?? true }
        self.init(
            at: now,
            open: snapshot.alerts.open.filter(isWanted),
            resolved: snapshot.alerts.resolved.filter(isWanted)
        )
    }
}
