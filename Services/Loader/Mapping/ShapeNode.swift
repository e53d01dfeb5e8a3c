import Model

/// One place in the records of a stream: what is declared of it, and what was found out about it so far.
struct ShapeNode: Sendable {
    /// The place of its table in ``RowMapper/tables``.
    let table: Int
    let place: ColumnPlace
    /// The type that the schema declares for a scalar here.
    var declared: ColumnType?
    var hasDeclaredMembers = false
    var hasDeclaredElement = false

    /// Members of an object here.
    var members = MemberIndex()
    var memberByName: [String: Int] = [:]
    /// The node of an array's elements, or -1.
    var element = -1

    /// The column of a scalar, or -1 before the first.
    var slot = -1
    /// The columns `<column>__<suffix>` by ``Suffix``, or -1.
    var splits: [Int] = []

    /// The row that last had a value here, and where that stood: finds members that come twice.
    var serial = 0
    var position = 0

    init(table: Int, place: ColumnPlace) {
        self.table = table
        self.place = place
    }

    /// Notes that a row has a value here.
    /// - Returns: where an earlier one of the same row stood; nil for the first.
    mutating func visit(_ row: Int, at position: Int) -> Int? {
        let earlier = serial == row ? self.position : nil
        serial = row
        self.position = position
        return earlier
    }

    /// Where a value goes that does not fit its column.
    enum Suffix: Int, CaseIterable {
        case integer
        case decimal
        case boolean
        case timestamp
        case text

        var text: String {
            switch self {
            case .integer: "bi"
            case .decimal: "de"
            case .boolean: "bo"
            case .timestamp: "ti"
            case .text: "st"
            }
        }

        var type: CellType {
            switch self {
            case .integer: .integer
            case .decimal: .decimal
            case .boolean: .boolean
            case .timestamp: .timestamp
            case .text: .text
            }
        }
    }
}
