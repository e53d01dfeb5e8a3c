import Console
import Model

/// What loads changed in a connection's tables, on a time line.
struct SchemaPage {
    struct Change {
        let at: Moment
        let table: String
        let changes: [String]
    }

    let schema: String
    let changes: [Change]
    let hasChanges: Bool

    private let key: ConnectionKey
    private let name: String

    init(_ view: SchemaChangesView, name: String) {
        key = ConnectionKey(tenant: view.tenant, connection: view.connection)
        self.name = name
        schema = view.schema.rawValue
        changes = view.changes.map { row in
            Change(
                at: Moment(row.at),
                table: row.table.escapedForPeople,
                changes: row.changes.map(\.escapedForPeople)
            )
        }
        hasChanges = !changes.isEmpty
    }

    func page() -> Page {
        Page(
            template: "schema",
            title: name,
            connection: ConnectionFrame(key: key, name: name, tab: .schema),
            content: self,
            terminal: "deskpipe reports loading \(key.flags) -o json",
            json: "/api/v1/connections/\(key)/schema",
            isLive: true
        )
    }
}
