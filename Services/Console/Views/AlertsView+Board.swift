package import Model

extension AlertsView {
    /// - Parameter tenant: nil for all.
    package init(_ snapshot: BoardSnapshot, tenant: TenantID? = nil, at now: Timestamp) {
        let isWanted = { (alert: Alert) in tenant == nil || alert.tenant == nil || alert.tenant == tenant }
        self.init(
            at: now,
            open: snapshot.alerts.open.filter(isWanted),
            resolved: snapshot.alerts.resolved.filter(isWanted)
        )
    }
}
