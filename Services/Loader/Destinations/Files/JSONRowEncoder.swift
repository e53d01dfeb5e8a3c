import Loader
import Model

/// Writes rows as JSON Lines, members in the table's order, without those that are NULL.
///
/// Hot path: no allocation for a row or a cell but what the buffer's growth needs.
struct JSONRowEncoder {
    private let cells: [RowBuffer.Cell]
    private let starts: [Int]
    private let bytes: [UInt8]
    private let layout: RowLayout
    /// For each column `"name":`.
    private let names: [[UInt8]]
    /// The member `_sdc_batched_at`; empty for a table without it.
    private let batched: [UInt8]
    /// For each column the place of the row's cell; -1 for NULL.
    private var slots: [Int]

    init(_ rows: RowBuffer, in table: Table, batchedAt: String) throws(DestinationError) {
        cells = rows.cells
        starts = rows.starts
        bytes = rows.bytes
        layout = try RowLayout(rows, in: table)
        names = layout.columns.map { Self.member($0.name) }
        let isBatched = table.columns.contains { $0.name == SystemColumn.batchedAt }
        batched = isBatched ? Self.member(SystemColumn.batchedAt) + Array("\"\(batchedAt)\"".utf8) : []
        slots = [Int](repeating: -1, count: layout.columns.count)
    }

    /// The places of a table's key columns, for ``keyMembers(ofRow:_:)``.
    func places(of key: [String]) -> [Int] {
        key.compactMap { name in layout.columns.firstIndex { $0.name == name } }
    }

    /// The members of a row's key columns with commas between; nil where one of them is NULL.
    mutating func keyMembers(ofRow row: Int, _ key: [Int]) -> [UInt8]? {
        read(row)
        defer { forget(row) }
        var members: [UInt8] = []
        for slot in key {
            guard slots[slot] >= 0 else { return nil }
            if !members.isEmpty { members.append(UInt8(ascii: ",")) }
            members += names[slot]
            append(cells[slots[slot]], to: &members)
        }
        return members
    }

    /// True when none of a row's key columns is NULL.
    mutating func hasKey(_ row: Int, _ key: [Int]) -> Bool {
        read(row)
        defer { forget(row) }
        return key.allSatisfy { slots[$0] >= 0 }
    }

    /// Appends a row with its line end.
    mutating func append(_ row: Int, _ record: TableLoad.Record, to buffer: inout [UInt8]) {
        read(row)
        buffer.append(UInt8(ascii: "{"))
        let first = buffer.count
        for slot in slots.indices {
            if slot == layout.sequence {
                begin(slot, first, &buffer)
                buffer.append(integer: record.sequence)
            } else if slot == layout.version {
                guard let version = record.tableVersion else { continue }
                begin(slot, first, &buffer)
                buffer.append(integer: version)
            } else if slots[slot] >= 0 {
                begin(slot, first, &buffer)
                append(cells[slots[slot]], to: &buffer)
            }
        }
        if !batched.isEmpty {
            if buffer.count > first { buffer.append(UInt8(ascii: ",")) }
            buffer += batched
        }
        buffer.append(UInt8(ascii: "}"))
        buffer.append(UInt8(ascii: "\n"))
        forget(row)
    }

    private func begin(_ slot: Int, _ first: Int, _ buffer: inout [UInt8]) {
        if buffer.count > first { buffer.append(UInt8(ascii: ",")) }
        buffer += names[slot]
    }

    private func range(_ row: Int) -> Range<Int> {
        starts[row]..<(row + 1 < starts.count ? starts[row + 1] : cells.count)
    }

    private mutating func read(_ row: Int) {
        for place in range(row) { set(place, to: place) }
    }

    private mutating func forget(_ row: Int) {
        for place in range(row) { set(place, to: -1) }
    }

    private mutating func set(_ cell: Int, to place: Int) {
        let slot = layout.places[Int(cells[cell].column)]
        if slot >= 0 { slots[slot] = place }
    }

    private func append(_ cell: RowBuffer.Cell, to buffer: inout [UInt8]) {
        switch cell.type {
        case .integer: buffer.append(integer: cell.word)
        case .boolean: buffer += cell.word == 0 ? Self.no : Self.yes
        case .timestamp:
            buffer.append(UInt8(ascii: "\""))
            Timestamp(microseconds: cell.word).append(to: &buffer, .microseconds)
            buffer.append(UInt8(ascii: "\""))
        case .decimal: buffer.append(jsonNumber: bytes[cell.byteRange])
        case .text: buffer.append(jsonText: bytes[cell.byteRange])
        }
    }

    private static let yes = Array("true".utf8)
    private static let no = Array("false".utf8)

    private static func member(_ name: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(jsonText: Array(name.utf8)[...])
        bytes.append(UInt8(ascii: ":"))
        return bytes
    }
}

extension [UInt8] {
    /// Appends a JSON number as it was written. One beyond any double goes as a string: most readers refuse a whole
    /// file for it.
    mutating func append(jsonNumber text: ArraySlice<UInt8>) {
        // Fewer than 300 digits without an exponent are a double.
        let isPlain = text.count < 300 && !text.contains { $0 | 0x20 == UInt8(ascii: "e") }
        let isFinite = isPlain || Double(String(decoding: text, as: UTF8.self))?.isFinite == true
        if isFinite { append(contentsOf: text) } else { append(jsonText: text) }
    }

    /// Appends a text as a JSON string.
    mutating func append(jsonText text: ArraySlice<UInt8>) {
        append(UInt8(ascii: "\""))
        var start = text.startIndex
        for place in text.indices {
            let byte = text[place]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            append(contentsOf: text[start..<place])
            start = place + 1
            appendEscaped(byte)
        }
        append(contentsOf: text[start...])
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0a: append(UInt8(ascii: "n"))
        case 0x0c: append(UInt8(ascii: "f"))
        case 0x0d: append(UInt8(ascii: "r"))
        default:
            let digits = Array("0123456789abcdef".utf8)
            self += [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0"), digits[Int(byte >> 4)]]
            append(digits[Int(byte & 15)])
        }
    }
}
