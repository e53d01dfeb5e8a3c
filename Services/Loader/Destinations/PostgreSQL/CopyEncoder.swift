package import LibPQ
package import Loader
import Model

/// Writes rows as the binary format of `COPY … FROM STDIN`, into a stage's columns. The server takes it at about 0.6 of
/// what the text costs it: it has no numbers and times to read.
///
/// Hot path: no allocation for a row or a cell but what the buffer's growth needs.
package struct CopyEncoder {
    private let rows: RowBuffer
    private let layout: RowLayout
    private let records: [TableLoad.Record]
    /// For each row the place of its record; nil where row and record have the same place.
    private let parents: [Int]?
    private let isKept: Bool
    private let chunk: Int
    /// The types of the stage's columns.
    private let types: [CellType]
    /// The next row; -1 before the header.
    private var row = -1

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
        self.rows = rows
        self.layout = layout
        self.records = records
        self.parents = parents
        self.isKept = isKept
        self.chunk = chunk
        types = layout.columns.map(\.type)
    }

    /// Empties the buffer and writes the next rows into it; it stays empty when all have been written.
    package mutating func fill(_ buffer: CopyBuffer) {
        buffer.removeAll()
        if row < 0 {
            buffer.append(atMost: CopyWriter.header.count) { place in
                var writer = CopyWriter(at: place)
                CopyWriter.header.withUnsafeBytes { writer.write($0) }
                return writer.place
            }
            row = 0
        }
        rows.cells.withUnsafeBufferPointer { cells in
            rows.bytes.withUnsafeBytes { bytes in
                withUnsafeTemporaryAllocation(of: Int.self, capacity: types.count) { slots in
                    slots.initialize(repeating: -1)
                    while row < rows.count, buffer.count < chunk {
                        encodeRow(rows.cells(ofRow: row), of: cells, bytes, slots, into: buffer)
                        row += 1
                    }
                }
            }
        }
        guard row == rows.count, buffer.count < chunk else { return }
        buffer.append(atMost: 2) { place in
            var writer = CopyWriter(at: place)
            writer.write(CopyWriter.trailer)
            return writer.place
        }
        row += 1
    }

    /// - Parameter slots: for each column of the stage the place of the row's cell; -1 for NULL, as before and after.
    private func encodeRow(
        _ range: Range<Int>,
        of cells: UnsafeBufferPointer<RowBuffer.Cell>,
        _ bytes: UnsafeRawBufferPointer,
        _ slots: UnsafeMutableBufferPointer<Int>,
        into buffer: CopyBuffer
    ) {
        var most = 2 + CopyWriter.fixedField * (slots.count + 1)
        for place in range {
            let slot = layout.places[Int(cells[place].column)]
            guard slot >= 0 else { continue }
            slots[slot] = place
            most += Self.mostBytes(of: cells[place])
        }
        let parent = parents.map { $0[row] } ?? row
        if isKept { most += Self.mostBytesOfKey(records[parent]) }
        buffer.append(atMost: most) { place in
            var writer = CopyWriter(at: place)
            writer.write(Int16(truncatingIfNeeded: slots.count + (isKept ? 5 : 1)))
            writer.write(integer: Int32(truncatingIfNeeded: parent))
            if isKept { encodeKey(of: records[parent], to: &writer) }
            for slot in slots.indices {
                if slot == layout.sequence {
                    writer.write(bigint: records[parent].sequence)
                } else if slot == layout.version {
                    writer.write(bigintOrNull: records[parent].tableVersion)
                } else if slots[slot] < 0 {
                    writer.writeNull()
                } else {
                    writer.write(cells[slots[slot]], bytes, as: types[slot])
                }
                slots[slot] = -1
            }
            return writer.place
        }
    }

    /// What a cell takes beyond a fixed field.
    private static func mostBytes(of cell: RowBuffer.Cell) -> Int {
        switch cell.type {
        case .decimal, .text: DecimalDigits.mostBytes(cell.byteRange.count)
        // As text or as a number, where the column is another one.
        case .integer, .boolean, .timestamp: 40
        }
    }

    private static func mostBytesOfKey(_ record: TableLoad.Record) -> Int {
        4 * CopyWriter.fixedField + record.key.utf8.count + (record.digest?.utf8.count ?? 0)
    }

    /// The columns `k, q, v, d` of a kept list's stage.
    private func encodeKey(of record: TableLoad.Record, to writer: inout CopyWriter) {
        writer.write(text: record.key)
        writer.write(bigint: record.sequence)
        writer.write(bigintOrNull: record.tableVersion)
        if let digest = record.digest { writer.write(text: digest) } else { writer.writeNull() }
    }
}

extension CopyWriter {
    /// Writes a cell into a column of its own type, or of one that its text fits.
    @inline(__always)
    fileprivate mutating func write(_ cell: RowBuffer.Cell, _ bytes: UnsafeRawBufferPointer, as type: CellType) {
        switch (type, cell.type) {
        case (.integer, .integer): write(bigint: cell.word)
        case (.boolean, .boolean): write(boolean: cell.word != 0)
        case (.timestamp, .timestamp): write(timestamp: cell.word)
        case (.text, .text), (.text, .decimal): write(text: UnsafeRawBufferPointer(rebasing: bytes[cell.byteRange]))
        case (.decimal, .decimal), (.decimal, .text):
            write(numeric: UnsafeRawBufferPointer(rebasing: bytes[cell.byteRange]))
        case (.decimal, .integer): withText(of: cell) { $0.write(numeric: $1) }
        case (.text, _): withText(of: cell) { $0.write(text: $1) }
        default: writeMisfit()
        }
    }

    private mutating func withText(
        of cell: RowBuffer.Cell,
        _ body: (inout CopyWriter, UnsafeRawBufferPointer) -> Void
    ) {
        let text =
            switch cell.type {
            case .boolean: cell.word == 0 ? "f" : "t"
            case .timestamp: Timestamp(microseconds: cell.word).formatted(.microseconds)
            case .integer, .decimal, .text: String(cell.word)
            }
        Array(text.utf8).withUnsafeBytes { body(&self, $0) }
    }
}
