import Model

/// A table while rows are mapped: the buffer, and what each of its columns holds in the row that is open.
struct MappedTable: Sendable {
    /// A column of the buffer, by the same place.
    struct Slot {
        var type: CellType
        /// The row that it was last filled in, as ``MappedTable/serial`` numbers them.
        var serial = 0
        /// Where the value stands in the record that filled it.
        var place = 0
        /// The place of its cell in the buffer.
        var cell = 0

        /// - Returns: the place of the value that filled it before in this row; nil where none did.
        mutating func fill(in row: Int, from place: Int, cell: Int) -> Int? {
            let earlier = serial == row ? self.place : nil
            serial = row
            self.place = place
            self.cell = cell
            return earlier
        }
    }

    let name: String
    /// 0 for the root table.
    let depth: Int
    private(set) var rows: RowBuffer
    /// For each row the place of its record; sub-tables only.
    private(set) var parents: [Int] = []
    private(set) var slots: [Slot]
    /// The number of the row that is open; never used twice, also when rows are undone.
    private(set) var serial = 0
    /// The parent row and the array that the last rows came from.
    var lastParent = (table: -1, serial: 0, place: 0)

    private var slotByName: [String: Int] = [:]
    private let existing: [String: CellType]
    /// Columns of the table that are not of the buffer yet count too.
    private var columnCount: Int
    private var mark = (rows: 0, columns: 0, columnCount: 0)

    /// - Parameters:
    ///   - fixed: columns that every row fills, in order.
    ///   - existing: all columns that the table has or will have by its declaration.
    ///   - storage: where the buffer of its rows may come from.
    init(name: String, depth: Int, fixed: [Column], existing: [Column], storage: RowStorage?) {
        self.name = name
        self.depth = depth
        rows = storage?.buffer(of: name, columns: fixed) ?? RowBuffer(columns: fixed)
        slots = fixed.map { Slot(type: $0.type) }
        for (place, column) in fixed.enumerated() { slotByName[column.name] = place }
        self.existing = Dictionary(existing.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        columnCount = existing.count
    }

    /// Makes room for rows.
    mutating func reserve(rows count: Int, bytes: Int) {
        rows.reserve(rows: count, bytes: bytes)
    }

    /// Begins a row of the root table.
    mutating func beginRow() {
        serial += 1
        rows.beginRow()
    }

    /// Begins a row of a sub-table with the columns that it is known by.
    /// - Parameters:
    ///   - parent: the place of its record.
    ///   - key: the record's.
    ///   - levels: the positions of the elements that it lies in.
    mutating func beginRow(parent: Int, key: [KeyPart], levels: [Int64], level: Int64, sequence: Int64) {
        beginRow()
        parents.append(parent)
        var slot = 0
        // By place: a part that is taken out counts as one more user of its bytes.
        for index in key.indices {
            switch key[index].type {
            case .text, .decimal: append(slot: slot) { $0 += key[index].bytes }
            case .integer, .boolean, .timestamp: append(key[index].word, slot: slot)
            }
            slot += 1
        }
        for above in levels {
            append(above, slot: slot)
            slot += 1
        }
        append(level, slot: slot)
        append(sequence, slot: slot + 1)
    }

    /// The place of a column; a new one has the type given.
    mutating func slot(named name: String, newType: CellType) throws(RowRejection) -> Int {
        if let slot = slotByName[name] { return slot }
        if let fault = NameRule.fault(ofColumn: name) { throw RowRejection(fault) }
        let type: CellType
        if let known = existing[name] {
            type = known
        } else {
            guard columnCount < NameRule.mostColumns else {
                throw RowRejection("table \(self.name) cannot have more than \(NameRule.mostColumns) columns")
            }
            columnCount += 1
            type = newType
        }
        let slot = Int(rows.index(of: Column(name, type)))
        slots.append(Slot(type: type))
        slotByName[name] = slot
        return slot
    }

    /// True when the table has the column, in the destination or since rows are mapped.
    func has(_ name: String) -> Bool { slotByName[name] != nil || existing[name] != nil }

    /// Fills a column of the open row from the value that stands at a place of its record.
    /// - Returns: the place of the value that filled it before in this row; nil where none did.
    mutating func fill(_ slot: Int, from place: Int, with word: Int64) -> Int? {
        let earlier = slots[slot].fill(in: serial, from: place, cell: rows.cells.count)
        append(word, slot: slot)
        return earlier
    }

    /// The same with a text or a decimal.
    /// - Parameter write: appends its UTF-8, without NUL.
    mutating func fill(_ slot: Int, from place: Int, _ write: (inout [UInt8]) -> Void) -> Int? {
        let earlier = slots[slot].fill(in: serial, from: place, cell: rows.cells.count)
        append(slot: slot, write)
        return earlier
    }

    mutating func append(_ word: Int64, slot: Int) {
        rows.append(word, type: slots[slot].type, column: Int32(slot))
    }

    mutating func append(slot: Int, _ write: (inout [UInt8]) -> Void) {
        rows.append(type: slots[slot].type, column: Int32(slot), write)
    }

    /// Remembers the state to go back to.
    mutating func setMark() {
        mark = (rows.count, slots.count, columnCount)
    }

    /// Goes back to the mark: rows, and columns that are new since.
    mutating func undo() {
        while rows.count > mark.rows {
            rows.dropLastRow()
            if depth > 0 { parents.removeLast() }
        }
        guard slots.count > mark.columns else { return }
        for column in rows.columns[mark.columns...] { slotByName[column.name] = nil }
        rows.removeColumns(from: mark.columns)
        slots.removeSubrange(mark.columns...)
        columnCount = mark.columnCount
    }
}

/// Why a record cannot be a row, in words for people; never the record's content.
package struct RowRejection: Error, Hashable, Sendable {
    package var reason: String

    package init(_ reason: String) {
        self.reason = reason
    }
}
