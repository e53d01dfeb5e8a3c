import Destinations
import Foundation
import JSONScan
import Loader
import Messaging
import Model

@testable import LibPQ

/// The COPY writer: a record becomes rows, the rows bytes that have the shape of COPY's binary format and bring each
/// cell once; in batches, the cells go through a real COPY into PostgreSQL and come back as they were.
func fuzzCopy(_ bytes: [UInt8]) {
    guard let record = record(of: bytes) else { return }
    let plan = builder.plan([event(record)], at: time)
    check(plan.load.tables.count + plan.load.rejected.count == 1, "the record is no row and not rejected")
    var rows: [RowBuffer] = []
    for load in plan.load.tables {
        var encoder = CopyEncoder(load, layout: layout(load.rows, load.table), isKept: false, chunk: 256)
        hasShape(CopyBytes(&encoder), of: load.rows, in: load.table)
        rows.append(load.rows)
        for sub in load.subtables where sub.rows.count > 0 {
            check(zip(sub.parents, sub.parents.dropFirst()).allSatisfy(<=), "parents fall")
            let layout = layout(sub.rows, sub.table)
            var encoder = CopyEncoder(sub, of: load.records, layout: layout, chunk: 256)
            hasShape(CopyBytes(&encoder), of: sub.rows, in: sub.table)
            rows.append(sub.rows)
        }
    }
    CopiedCells.shared?.add(rows, of: bytes)
}

private let time = Timestamp(seconds: 1_795_168_800)

private let builder = BatchBuilder(
    catalogue: [
        "things": StreamSchema(
            stream: "things",
            key: [],
            replication: .incremental,
            replicationKey: "t",
            columns: [
                ColumnDefinition(path: "i", type: .integer), ColumnDefinition(path: "d", type: .number),
                ColumnDefinition(path: "b", type: .boolean), ColumnDefinition(path: "t", type: .dateTime),
                ColumnDefinition(path: "s", type: .string), ColumnDefinition(path: "u", type: .untyped),
                ColumnDefinition(path: "a[]", type: .integer), ColumnDefinition(path: "o.x", type: .number),
                ColumnDefinition(path: "l[].t", type: .dateTime),
            ]
        )
    ],
    catalog: SchemaCatalog(),
    filter: PositionFilter()
)

/// An input that is a JSON object is the record; any other is the value of each of the declared columns.
private func record(of bytes: [UInt8]) -> [UInt8]? {
    let root = try? JSON.validate(bytes.span)
    if let root, root.kind == .object { return Array(bytes[root.range]) }
    guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
    var text: [UInt8] = [UInt8(ascii: "\"")]
    JSON.appendEscaped(bytes, to: &text)
    text.append(UInt8(ascii: "\""))
    // What is JSON stands beside its text.
    let value = root.map { Array(bytes[$0.range]) } ?? text
    var record = Array("{\"a\":[".utf8) + value + Array("],\"l\":[{\"t\":".utf8) + text + Array("}]".utf8)
    for name in ["i", "d", "b", "t", "s", "u"] { record += Array(",\"\(name)\":".utf8) + text }
    for name in ["i2", "d2", "b2", "t2"] { record += Array(",\"\(name)\":".utf8) + value }
    return record + Array("}".utf8)
}

private func event(_ record: [UInt8]) -> BatchEvent {
    let envelope = EventEnvelope(
        type: .upsert,
        connection: connection,
        stream: "things",
        subject: "1",
        time: time,
        sequence: 1,
        tableVersion: nil,
        run: RunID(rawValue: "01RUN")
    )
    let event = RecordEvent(envelope: envelope, data: record[...])
    let delivery = Delivery(topic: "t", partition: 0, offset: 0, timestamp: time, key: nil, value: record[...])
    return BatchEvent(stream: "things", delivery: delivery, content: .upsert(event))
}

private let connection: ConnectionKey = {
    guard let tenant = TenantID(rawValue: "acme"), let id = ConnectionID(rawValue: "support") else { fatalError("ids") }
    return ConnectionKey(tenant: tenant, connection: id)
}()

private func layout(_ rows: RowBuffer, _ table: Table) -> RowLayout {
    do { return try RowLayout(rows, in: table) } catch { found("the table lacks a column of its rows: \(error)") }
}

/// Reads the bytes as the server does, from the description of the format alone.
/// Source: https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.4
private func hasShape(_ bytes: CopyBytes, of rows: RowBuffer, in table: Table) {
    var bytes = bytes
    let columns = table.columns.filter { $0.name != SystemColumn.batchedAt }
    bytes.header()
    for row in 0..<rows.count {
        check(bytes.number(Int16.self) == Int16(columns.count + 1), "a row has not as many fields as columns")
        check(bytes.field()?.count == 4, "the parent's place is no integer")
        var cells: [String: RowBuffer.Cell] = [:]
        for place in rows.cells(ofRow: row) {
            let cell = rows.cells[place]
            let column = rows.columns[Int(cell.column)]
            check(cell.type == column.type, "a cell of \(column.name) is no \(column.type)")
            check(cells.updateValue(cell, forKey: column.name) == nil, "two cells of one column")
        }
        for column in columns {
            let field = bytes.field()
            guard column.name != SystemColumn.sequence, column.name != SystemColumn.tableVersion else { continue }
            guard let cell = cells.removeValue(forKey: column.name) else {
                check(field == nil, "a value where the row has none")
                continue
            }
            switch column.type {
            case .integer, .timestamp: check(field?.count == 8, "\(column.name) has not 8 bytes")
            case .boolean: check(field == [UInt8(cell.word)], "\(column.name) is no boolean")
            case .decimal: check((field?.count ?? 0) >= 8 && field.map { $0.count % 2 } == 0, "a short number")
            case .text:
                check(field == rows.bytes[cell.byteRange], "\(column.name) is another text")
                check(field.map { String(validating: $0, as: UTF8.self) != nil } == true, "a text is no UTF-8")
                check(field?.contains(0) == false, "a text has a NUL")
            }
        }
        check(
            cells.keys.allSatisfy { $0 == SystemColumn.sequence || $0 == SystemColumn.tableVersion },
            "a cell is lost"
        )
    }
    check(bytes.number(Int16.self) == -1 && bytes.isAtEnd, "something follows the rows")
}
