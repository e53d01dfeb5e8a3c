import Loader
import Model

/// Binds the cells of a buffer's rows, one row after another, to a statement with a parameter for each column.
///
/// Hot path: no allocation for a row.
struct SQLiteRowBinder {
    private let cells: [RowBuffer.Cell]
    private let starts: [Int]
    private let bytes: [UInt8]
    private let statement: RowStatement
    /// For each column of the buffer its place in the table; -1 for one whose cells do not count.
    private let places: [Int]
    private let columnCount: Int
    private let sequence: Int
    private let version: Int
    private let batched: Int
    private let batchedAt: String
    /// For each column of the table the place of the row's cell; -1 for NULL.
    private var slots: [Int]
    private var used: Range<Int> = 0..<0
    private var scratch: [UInt8] = []
    private var base = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

    init(
        _ rows: RowBuffer,
        _ table: Table,
        _ statement: RowStatement,
        _ batchedAt: Timestamp
    ) throws(DestinationError) {
        cells = rows.cells
        starts = rows.starts
        bytes = rows.bytes
        self.statement = statement
        let layout = try RowLayout(rows, in: table)
        var inTable: [String: Int] = [:]
        for (place, column) in table.columns.enumerated() { inTable[column.name] = place }
        places = layout.places.map { $0 < 0 ? -1 : inTable[layout.columns[$0].name] ?? -1 }
        columnCount = table.columns.count
        sequence = inTable[SystemColumn.sequence] ?? -1
        version = inTable[SystemColumn.tableVersion] ?? -1
        batched = inTable[SystemColumn.batchedAt] ?? -1
        self.batchedAt = batchedAt.formatted(.microseconds)
        slots = [Int](repeating: -1, count: table.columns.count)
    }

    /// Runs with the buffer's bytes in place; rows can be read and written only inside.
    mutating func withBytes<Result>(_ body: (inout SQLiteRowBinder) throws -> Result) throws -> Result {
        try bytes.withUnsafeBufferPointer { bytes in
            base = bytes
            defer { base = UnsafeBufferPointer(start: nil, count: 0) }
            return try body(&self)
        }
    }

    /// Makes a row the one that is bound.
    mutating func read(_ row: Int) {
        for place in used { set(place, to: -1) }
        used = starts[row]..<(row + 1 < starts.count ? starts[row + 1] : cells.count)
        for place in used { set(place, to: place) }
    }

    private mutating func set(_ cell: Int, to place: Int) {
        let slot = places[Int(cells[cell].column)]
        if slot >= 0 { slots[slot] = place }
    }

    func isPresent(_ column: Int) -> Bool { slots[column] >= 0 }

    /// Binds some of the row's columns to another statement.
    mutating func bind(_ columns: [Int], to other: RowStatement, from first: Int) {
        for (offset, column) in columns.enumerated() {
            if slots[column] >= 0 {
                other.bind(cells[slots[column]], base, &scratch, first + offset)
            } else {
                other.bindNull(first + offset)
            }
        }
    }

    /// Writes the row.
    mutating func write(_ record: TableLoad.Record) throws {
        for column in 0..<columnCount {
            let parameter = column + 1
            if column == sequence {
                statement.bind(record.sequence, parameter)
            } else if column == version {
                statement.bind(record.tableVersion, parameter)
            } else if column == batched {
                statement.bind(batchedAt, parameter)
            } else if slots[column] >= 0 {
                statement.bind(cells[slots[column]], base, &scratch, parameter)
            } else {
                statement.bindNull(parameter)
            }
        }
        try statement.run()
    }
}
