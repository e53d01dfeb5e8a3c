package import Model

extension SchemaChangesView {
    /// Nil where there is no such connection.
    package init?(_ snapshot: BoardSnapshot, of key: ConnectionKey) {
        guard let connection = snapshot.board.account(of: key) else { return nil }
        let changes = connection.account.loads.schemaChanges.sorted { ($1.at, $1.table) < ($0.at, $0.table) }
        self.init(
            tenant: key.tenant,
            connection: key.connection,
            schema: connection.definition.schema,
            changes: Array(changes.prefix(Board.mostSchemaChanges))
        )
    }
}
