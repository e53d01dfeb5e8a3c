/// Rows of one table in two flat buffers: cells, and the bytes of their texts. Absent cells are NULL.
///
/// Hot path: a row costs no allocation of its own.
package struct RowBuffer: Sendable {
    /// The columns that cells refer to by their place here. Grows while rows are added.
    package private(set) var columns: [Column]
    /// The texts and decimals of all cells, UTF-8 without NUL.
    package private(set) var bytes: [UInt8] = []
    package private(set) var cells: [Cell] = []
    /// For each row the place of its first cell.
    package private(set) var starts: [Int] = []
    private var indices: [String: Int]

    /// One value that is not NULL.
    package struct Cell: Sendable {
        /// The place of its column in ``RowBuffer/columns``.
        package var column: Int32
        package var type: CellType
        /// integer: the value; boolean: 0 or 1; timestamp: microseconds since 1970; decimal and text: the offset of
        /// the first byte in the upper, the length in the lower 32 bits.
        package var word: Int64

        package var byteRange: Range<Int> {
            let offset = Int(word >> 32)
            return offset..<(offset + Int(word & 0xffff_ffff))
        }
    }

    package init(columns: [Column] = []) {
        self.columns = columns
        indices = [:]
        for (index, column) in columns.enumerated() { indices[column.name] = index }
    }

    /// Forgets all rows, not the memory behind them, and begins with these columns.
    mutating func begin(columns: [Column]) {
        bytes.removeAll(keepingCapacity: true)
        cells.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        self.columns = columns
        indices.removeAll(keepingCapacity: true)
        for (index, column) in columns.enumerated() { indices[column.name] = index }
    }

    /// The bytes of memory behind the rows, in use or not.
    var room: Int {
        bytes.capacity + cells.capacity * MemoryLayout<Cell>.stride + starts.capacity * MemoryLayout<Int>.stride
    }

    package var count: Int { starts.count }

    package func cells(ofRow row: Int) -> Range<Int> {
        starts[row]..<(row + 1 < starts.count ? starts[row + 1] : cells.count)
    }

    /// The place of a column, added at the end where it is new.
    package mutating func index(of column: Column) -> Int32 {
        if let index = indices[column.name] { return Int32(index) }
        indices[column.name] = columns.count
        columns.append(column)
        return Int32(columns.count - 1)
    }

    /// Gives the columns other names, each of its own.
    package mutating func renameColumns(_ name: (String) -> String) {
        for place in columns.indices { columns[place].name = name(columns[place].name) }
        indices = [:]
        for (place, column) in columns.enumerated() { indices[column.name] = place }
    }

    /// Forgets the columns from a place on; no cell may refer to one of them.
    package mutating func removeColumns(from place: Int) {
        for column in columns[place...] { indices[column.name] = nil }
        columns.removeSubrange(place...)
    }

    /// Makes room for rows whose texts have about so many bytes; what is not used stays without memory behind it.
    package mutating func reserve(rows count: Int, bytes length: Int) {
        starts.reserveCapacity(count)
        bytes.reserveCapacity(length)
    }

    package mutating func beginRow() {
        starts.append(cells.count)
    }

    /// Undoes the last ``beginRow()`` and the cells since.
    package mutating func dropLastRow() {
        guard let start = starts.popLast() else { return }
        cells.removeSubrange(start...)
    }

    /// Adds an integer, a boolean (0 or 1) or a timestamp (microseconds since 1970) to the last row.
    package mutating func append(_ word: Int64, type: CellType, column: Int32) {
        cells.append(Cell(column: column, type: type, word: word))
    }

    /// Adds a text or a decimal to the last row.
    /// - Parameter write: appends its UTF-8, without NUL.
    package mutating func append(type: CellType, column: Int32, _ write: (inout [UInt8]) -> Void) {
        let offset = bytes.count
        write(&bytes)
        cells.append(
            Cell(column: column, type: type, word: Int64(offset) << 32 | Int64(bytes.count - offset))
        )
    }

    package mutating func append(text: String, column: Int32) {
        append(type: .text, column: column) { $0 += text.utf8 }
    }
}
