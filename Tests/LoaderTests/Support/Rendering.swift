import Loader
import Model

/// Rows as text, to compare: system columns left out, `column=value` in order of columns.
func rendered(_ rows: RowBuffer, system: Bool = false) -> [String] {
    (0..<rows.count).map { row in
        rows.cells(ofRow: row)
            .map { rows.cells[$0] }
            .sorted { rows.columns[Int($0.column)].name < rows.columns[Int($1.column)].name }
            .filter { system || !rows.columns[Int($0.column)].name.hasPrefix("_sdc") }
            .map { "\(rows.columns[Int($0.column)].name)=\(rendered($0, in: rows))" }
            .joined(separator: " ")
    }
}

func rendered(_ cell: RowBuffer.Cell, in rows: RowBuffer) -> String {
    switch cell.type {
    case .integer: String(cell.word)
    case .boolean: cell.word == 1 ? "true" : "false"
    case .timestamp: Timestamp(microseconds: cell.word).formatted(.microseconds)
    case .decimal, .text: String(decoding: rows.bytes[cell.byteRange], as: UTF8.self)
    }
}

/// One record mapped against a schema: the root row under the table's name, sub-rows under theirs.
struct MappedRecord {
    var rows: [String: [String]] = [:]
    var changes: [String] = []
    var rejection: String?

    init(_ json: [String], _ schema: StreamSchema = ticketSchema, catalog: SchemaCatalog = SchemaCatalog()) throws {
        let scene = try Scene()
        let builder = BatchBuilder(
            catalogue: [schema.stream: schema],
            catalog: catalog,
            filter: PositionFilter()
        )
        let events = json.enumerated().map { place, text in
            scene.upsert(text, of: schema.stream, sequence: Int64(place + 1), offset: Int64(place))
        }
        let plan = builder.plan(events, at: Scene.receivedAt)
        for table in plan.load.tables {
            rows[table.table.name] = rendered(table.rows)
            for subtable in table.subtables where subtable.rows.count > 0 {
                rows[subtable.table.name] = rendered(subtable.rows, system: true)
            }
        }
        rejection = plan.load.rejected.first?.reason
        changes = plan.load.changes.map(\.description)
    }
}
