package import Model

/// What loads changed in a connection's tables, on a time line.
package struct SchemaChangesView: Hashable, Sendable, Encodable {
    package var tenant: TenantID
    package var connection: ConnectionID
    package var schema: SchemaName
    /// The newest first; at most ``Board/mostSchemaChanges``.
    package var changes: [SchemaChangeRow]

    package init(tenant: TenantID, connection: ConnectionID, schema: SchemaName, changes: [SchemaChangeRow]) {
        self.tenant = tenant
        self.connection = connection
        self.schema = schema
        self.changes = changes
    }
}

/// What one load changed for one table and its sub-tables.
package struct SchemaChangeRow: Hashable, Sendable, Encodable {
    package var at: Timestamp
    package var table: String
    /// `add column tickets.custom text`, `create table tickets__tags`
    package var changes: [String]

    package init(at: Timestamp, table: String, changes: [String]) {
        self.at = at
        self.table = table
        self.changes = changes
    }
}
