package import Loader
import Model

/// Writes rows as the text format of `COPY … FROM STDIN`, into a stage's columns.
///
/// Hot path: no allocation for a row or a cell but what the buffer's growth needs.
/// Source: https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.2
package struct CopyEncoder {
    private let cells: [RowBuffer.Cell]
    private let starts: [Int]
    private let bytes: [UInt8]
    private let layout: RowLayout
    private let records: [TableLoad.Record]
    /// For each row the place of its record; nil where row and record have the same place.
    private let parents: [Int]?
    private let isKept: Bool
    private let chunk: Int
    /// For each column of the stage the place of the row's cell; -1 for NULL.
    private var slots: [Int]
    private var row = 0

    /// - Parameter chunk: how many bytes ``fill(_:)`` gathers before it stops at a row's end.
    package init(_ load: TableLoad, layout: RowLayout, isKept: Bool, chunk: Int) {
        self.init(load.rows, layout, load.records, parents: nil, isKept: isKept, chunk: chunk)
    }

    package init(_ load: SubtableLoad, of records: [TableLoad.Record], layout: RowLayout, chunk: Int) {
        self.init(load.rows, layout, records, parents: load.parents, isKept: false, chunk: chunk)
    }

    private init(
        _ rows: RowBuffer,
        _ layout: RowLayout,
        _ records: [TableLoad.Record],
        parents: [Int]?,
        isKept: Bool,
        chunk: Int
    ) {
        cells = rows.cells
        starts = rows.starts
        bytes = rows.bytes
        self.layout = layout
        self.records = records
        self.parents = parents
        self.isKept = isKept
        self.chunk = chunk
        slots = [Int](repeating: -1, count: layout.columns.count)
    }

    /// Empties the buffer and writes the next rows into it; it stays empty when all have been written.
    package mutating func fill(_ buffer: inout [UInt8]) {
        buffer.removeAll(keepingCapacity: true)
        bytes.withUnsafeBufferPointer { bytes in
            while row < starts.count, buffer.count < chunk {
                encodeRow(bytes, into: &buffer)
                row += 1
            }
        }
    }

    private mutating func encodeRow(_ bytes: UnsafeBufferPointer<UInt8>, into buffer: inout [UInt8]) {
        let end = row + 1 < starts.count ? starts[row + 1] : cells.count
        for place in starts[row]..<end {
            let slot = layout.places[Int(cells[place].column)]
            if slot >= 0 { slots[slot] = place }
        }
        let parent = parents.map { $0[row] } ?? row
        buffer.append(integer: Int64(parent))
        if isKept { encodeKey(of: records[parent], into: &buffer) }
        for slot in slots.indices {
            buffer.append(UInt8(ascii: "\t"))
            if slot == layout.sequence {
                buffer.append(integer: records[parent].sequence)
            } else if slot == layout.version {
                buffer.append(integerOrNull: records[parent].tableVersion)
            } else if slots[slot] < 0 {
                buffer.appendCopyNull()
            } else {
                encode(cells[slots[slot]], bytes, into: &buffer)
            }
            slots[slot] = -1
        }
        buffer.append(UInt8(ascii: "\n"))
    }

    /// The columns `k, q, v, d` of a kept list's stage.
    private func encodeKey(of record: TableLoad.Record, into buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "\t"))
        buffer.append(copyText: record.key)
        buffer.append(UInt8(ascii: "\t"))
        buffer.append(integer: record.sequence)
        buffer.append(UInt8(ascii: "\t"))
        buffer.append(integerOrNull: record.tableVersion)
        buffer.append(UInt8(ascii: "\t"))
        if let digest = record.digest {
            buffer.append(copyText: digest)
        } else {
            buffer.appendCopyNull()
        }
    }

    private func encode(
        _ cell: RowBuffer.Cell,
        _ bytes: UnsafeBufferPointer<UInt8>,
        into buffer: inout [UInt8]
    ) {
        switch cell.type {
        case .integer: buffer.append(integer: cell.word)
        case .boolean: buffer.append(cell.word == 0 ? UInt8(ascii: "f") : UInt8(ascii: "t"))
        case .timestamp: Timestamp(microseconds: cell.word).append(to: &buffer, .microseconds)
        case .decimal, .text:
            let offset = Int(cell.word >> 32)
            let length = Int(cell.word & 0xffff_ffff)
            buffer.append(copyText: UnsafeBufferPointer(rebasing: bytes[offset..<(offset + length)]))
        }
    }
}

extension [UInt8] {
    mutating func appendCopyNull() {
        append(UInt8(ascii: "\\"))
        append(UInt8(ascii: "N"))
    }

    mutating func append(integerOrNull value: Int64?) {
        if let value { append(integer: value) } else { appendCopyNull() }
    }

    mutating func append(integer value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        let magnitude = value.magnitude
        var divisor: UInt64 = 1
        while magnitude / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude / divisor % 10))
            divisor /= 10
        }
    }

    mutating func append(copyText text: String) {
        var text = text
        text.withUTF8 { append(copyText: $0) }
    }

    /// Appends a text with its backslashes, tabs and line ends escaped.
    mutating func append(copyText text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var place = 0
        while place < text.count {
            let byte = text[place]
            guard byte == UInt8(ascii: "\\") || byte <= 0x0d, let letter = copyEscape(byte) else {
                place += 1
                continue
            }
            append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<place]))
            append(UInt8(ascii: "\\"))
            append(letter)
            place += 1
            start = place
        }
        append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<text.count]))
    }
}

/// What stands behind the backslash for a byte that COPY's text format cannot hold as it is; nil for all others.
private func copyEscape(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\\"): UInt8(ascii: "\\")
    case UInt8(ascii: "\t"): UInt8(ascii: "t")
    case UInt8(ascii: "\n"): UInt8(ascii: "n")
    case UInt8(ascii: "\r"): UInt8(ascii: "r")
    default: nil
    }
}
