import Destinations
import Foundation
import Loader
import Model

@testable import LibPQ

/// Cells of many inputs on their way through one COPY into PostgreSQL and back.
final class CopiedCells {
    /// Nil without a server: `DESKPIPE_FUZZ_POSTGRES`, libpq's `host=... port=...`, names it.
    // libFuzzer has one thread.
    nonisolated(unsafe) static let shared = CopiedCells()

    private static let columns = [
        Column("i", .integer), Column("d", .decimal), Column("b", .boolean), Column("t", .timestamp),
        Column("s", .text), Column("x", .text),
    ]
    private static let mostRows = 400

    private let connection: PQConnection
    private var rows = RowBuffer(columns: CopiedCells.columns)
    /// For each row what it was made of.
    private var expected: [(type: CellType, text: String, input: [UInt8])] = []

    private init?() {
        guard let address = ProcessInfo.processInfo.environment["DESKPIPE_FUZZ_POSTGRES"] else { return nil }
        let pairs = address.split(separator: " ").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        do {
            connection = try PQConnection(
                parameters: Dictionary(pairs.map { ($0[0], $0[1]) }) { first, _ in first }
            )
            try connection.execute(
                "SET timezone = 'UTC'; CREATE TEMPORARY TABLE cells "
                    + "(n integer, i bigint, d numeric, b boolean, t timestamptz, s text, x text)"
            )
        } catch { fatalError("PostgreSQL: \(error)") }
    }

    /// Takes the cells of an input's rows; what is enough for a COPY is copied and compared.
    func add(_ buffers: [RowBuffer], of input: [UInt8]) {
        for buffer in buffers {
            for cell in buffer.cells { add(cell, buffer.bytes, input) }
        }
        guard expected.count >= Self.mostRows else { return }
        compare()
        rows = RowBuffer(columns: Self.columns)
        expected = []
    }

    private func add(_ cell: RowBuffer.Cell, _ bytes: [UInt8], _ input: [UInt8]) {
        rows.beginRow()
        let text: String
        switch cell.type {
        case .integer: (text, _) = (String(cell.word), rows.append(cell.word, type: .integer, column: 0))
        case .boolean:
            (text, _) = (cell.word == 0 ? "false" : "true", rows.append(cell.word, type: .boolean, column: 2))
        case .timestamp: (text, _) = (String(cell.word), rows.append(cell.word, type: .timestamp, column: 3))
        case .decimal:
            text = String(decoding: bytes[cell.byteRange], as: UTF8.self)
            rows.append(type: .decimal, column: 1) { $0 += bytes[cell.byteRange] }
            rows.append(text: text, column: 5)
        case .text:
            text = String(decoding: bytes[cell.byteRange], as: UTF8.self)
            rows.append(type: .text, column: 4) { $0 += bytes[cell.byteRange] }
        }
        expected.append((cell.type, text, input))
    }

    private func compare() {
        let table = Table(name: "cells", kind: .appended, columns: Self.columns)
        let load = TableLoad(table: table, rows: rows, records: [], subtables: [])
        do {
            let layout = try RowLayout(rows, in: table)
            var encoder = CopyEncoder(load, layout: layout, isKept: false, chunk: PQConnection.copyChunk)
            try connection.copyIn("COPY cells FROM STDIN (FORMAT binary)") { encoder.fill($0) }
            let read = try connection.execute(
                "SELECT i, b::text, (extract(epoch FROM t) * 1000000)::bigint, s, d::text, (x::numeric)::text "
                    + "FROM cells ORDER BY n"
            )
            check(read.rowCount == expected.count, "\(read.rowCount) rows of \(expected.count) came back")
            for (row, (type, text, input)) in expected.enumerated() {
                let column = [CellType.integer: 0, .boolean: 1, .timestamp: 2, .text: 3, .decimal: 4][type] ?? 0
                let wanted = type == .decimal ? read.text(row, 5) : text
                let isSame = read.text(row, column).map { $0.utf8.elementsEqual((wanted ?? "").utf8) } ?? false
                check(isSame, "\(type) \(text) came back otherwise, of \(input)")
            }
            try connection.execute("TRUNCATE cells")
        } catch {
            let inputs = Set(expected.map(\.input)).map { String(decoding: $0, as: UTF8.self) }
            found("PostgreSQL refuses a batch: \(error); its inputs: \(inputs)")
        }
    }
}
