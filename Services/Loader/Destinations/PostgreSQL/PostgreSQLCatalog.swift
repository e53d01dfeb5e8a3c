import LibPQ
import Loader
import Model

/// Reads what a schema holds.
struct PostgreSQLCatalog {
    let schema: SchemaName
    let statements: PostgreSQLStatements
    let session: PostgreSQLSession

    func read() throws(DestinationError) -> SchemaState {
        let entries = try entries()
        return SchemaState(
            SQLIdentifier.postgreSQL,
            entries: entries,
            relations: try relations(entries),
            names: try names(),
            streams: try streams()
        )
    }

    private func entries() throws(DestinationError) -> [TableEntry] {
        let rows = try session.run(statements.bookkeeping.selectEntries)
        return (0..<rows.rowCount).compactMap { row in
            TableEntry(
                name: rows.text(row, 0) ?? "",
                kind: rows.text(row, 1) ?? "",
                key: rows.text(row, 2) ?? "",
                root: rows.text(row, 3),
                types: rows.text(row, 4)
            )
        }
    }

    private func relations(_ entries: [TableEntry]) throws(DestinationError) -> [String: SchemaState.Relation] {
        let owned = Dictionary(entries.map { ($0.name, $0.types) }, uniquingKeysWith: { first, _ in first })
        let rows = try session.run(PostgreSQLDefinitions.columns, [schema.rawValue])
        var relations: [String: SchemaState.Relation] = [:]
        for row in 0..<rows.rowCount {
            let name = rows.text(row, 0) ?? ""
            relations[name, default: .init(isTable: rows.text(row, 1) == "t", columns: [])].columns +=
                rows.text(row, 2).map { column in
                    // What the entry does not list is its owner's, and so is a column of another type.
                    let isOurs = owned[name].map { $0.isEmpty || $0[column] != nil } ?? false
                    return [(column, isOurs ? CellType(postgreSQL: rows.text(row, 3) ?? "") : nil)]
                } ?? []
        }
        return relations
    }

    private func names() throws(DestinationError) -> [NameMap.Entry] {
        let rows = try session.run(statements.bookkeeping.selectNames)
        return (0..<rows.rowCount).map { row in
            NameMap.Entry(
                table: rows.text(row, 0) ?? "",
                column: rows.text(row, 1) ?? "",
                fullName: rows.text(row, 2) ?? ""
            )
        }
    }

    private func streams() throws(DestinationError) -> [StreamRow] {
        let rows = try session.run(statements.bookkeeping.selectStreams)
        return (0..<rows.rowCount).map { row in
            StreamRow(
                stream: rows.text(row, 0) ?? "",
                sequence: rows.integer(row, 1),
                schema: rows.text(row, 2),
                hasRows: rows.integer(row, 3) == 1
            )
        }
    }
}
