package import Model

/// Which connections are meant: all, a tenant's, those of an id, or one.
package struct ConnectionFilter: Hashable, Sendable {
    /// Nil: every tenant's.
    package var tenant: String?
    /// Nil: whatever their id.
    package var connection: String?

    package init(tenant: String? = nil, connection: String? = nil) {
        self.tenant = tenant
        self.connection = connection
    }

    package func allows(_ key: ConnectionKey) -> Bool {
        (tenant ?? key.tenant.rawValue) == key.tenant.rawValue
            && (connection ?? key.connection.rawValue) == key.connection.rawValue
    }
}

extension BoardSnapshot {
    /// A view of each connection that is meant, in order of their keys.
    package func each<View>(
        of filter: ConnectionFilter,
        _ view: (BoardSnapshot, ConnectionKey) -> View?
    ) -> [View] {
        board.connections.map(\.key).filter(filter.allows).compactMap { view(self, $0) }
    }
}
