import Loader
import Model

/// A value of a test's row.
enum TestValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral {
    case integer(Int64)
    case decimal(String)
    case boolean(Bool)
    case timestamp(Timestamp)
    case text(String)

    init(integerLiteral value: Int64) { self = .integer(value) }
    init(stringLiteral value: String) { self = .text(value) }
    init(booleanLiteral value: Bool) { self = .boolean(value) }

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

/// A record of a test: its values by column, and its sub-rows by sub-table.
struct TestRow {
    var key: String
    var sequence: Int64
    var version: Int64?
    var digest: String?
    var values: KeyValuePairs<String, TestValue>
    var subrows: [String: [KeyValuePairs<String, TestValue>]] = [:]

    init(
        _ key: String,
        _ sequence: Int64,
        version: Int64? = nil,
        digest: String? = nil,
        _ values: KeyValuePairs<String, TestValue>,
        subrows: [String: [KeyValuePairs<String, TestValue>]] = [:]
    ) {
        self.key = key
        self.sequence = sequence
        self.version = version
        self.digest = digest
        self.values = values
        self.subrows = subrows
    }
}

extension RowBuffer {
    mutating func append(_ values: KeyValuePairs<String, TestValue>, sequence: Int64) {
        beginRow()
        for (name, value) in values {
            let column = index(of: Column(name, value.type))
            switch value {
            case .integer(let integer): append(integer, type: .integer, column: column)
            case .boolean(let boolean): append(boolean ? 1 : 0, type: .boolean, column: column)
            case .timestamp(let time): append(time.microseconds, type: .timestamp, column: column)
            case .text(let text): append(text: text, column: column)
            case .decimal(let text): append(type: .decimal, column: column) { $0 += text.utf8 }
            }
        }
        append(sequence, type: .integer, column: index(of: Column(SystemColumn.sequence, .integer)))
    }
}

extension TableLoad {
    /// The rows of a table; sub-tables get the rows that each names.
    init(_ table: Table, _ rows: [TestRow], subtables: [Table] = []) {
        var buffer = RowBuffer()
        for row in rows { buffer.append(row.values, sequence: row.sequence) }
        self.init(
            table: table,
            rows: buffer,
            records: rows.map { row in
                Record(key: row.key, sequence: row.sequence, digest: row.digest, tableVersion: row.version)
            },
            subtables: subtables.map { subtable in
                var buffer = RowBuffer()
                var parents: [Int] = []
                for (place, row) in rows.enumerated() {
                    for subrow in row.subrows[subtable.name] ?? [] {
                        buffer.append(subrow, sequence: row.sequence)
                        parents.append(place)
                    }
                }
                return SubtableLoad(table: subtable, rows: buffer, parents: parents)
            }
        )
    }
}

/// The tables of the tests.
enum TestTables {
    static let system = [
        Column(SystemColumn.batchedAt, .timestamp), Column(SystemColumn.sequence, .integer),
        Column(SystemColumn.tableVersion, .integer),
    ]

    static let tickets = Table(
        name: "tickets",
        kind: .keyed(["id"]),
        columns: [
            Column("id", .integer), Column("subject", .text), Column("score", .decimal), Column("is_open", .boolean),
            Column("created_at", .timestamp),
        ] + system
    )

    static let tags = Table(
        name: "tickets__tags",
        kind: .subtable(root: "tickets", key: ["_sdc_source_key_id", "_sdc_level_0_id"]),
        columns: [
            Column("_sdc_source_key_id", .integer), Column("_sdc_level_0_id", .integer),
            Column(SystemColumn.sequence, .integer), Column("value", .text),
        ]
    )

    static let groups = Table(
        name: "groups",
        kind: .kept(["id"]),
        columns: [Column("id", .integer), Column("name", .text), Column(SystemColumn.deletedAt, .timestamp)] + system
    )

    static let tagCounts = Table(
        name: "tags",
        kind: .versioned(["name"]),
        columns: [Column("name", .text), Column("count", .integer)] + system
    )

    static let tagCountAliases = Table(
        name: "tags__aliases",
        kind: .subtable(root: "tags", key: ["_sdc_source_key_name", "_sdc_level_0_id"]),
        columns: [
            Column("_sdc_source_key_name", .text), Column("_sdc_level_0_id", .integer),
            Column(SystemColumn.sequence, .integer), Column("value", .text),
        ]
    )

    static let goals = Table(
        name: "goals",
        kind: .appended,
        columns: [Column(SystemColumn.primaryKey, .text), Column("name", .text)] + system
    )

    /// The sub-rows of a ticket's tags.
    static func tags(_ id: Int64, _ values: [String]) -> [KeyValuePairs<String, TestValue>] {
        values.enumerated().map { place, value in
            [
                "_sdc_source_key_id": .integer(id), "_sdc_level_0_id": .integer(Int64(place)),
                "value": .text(value),
            ]
        }
    }
}

extension DestinationSchema {
    /// Loads without positions or reports.
    @discardableResult
    func load(
        changes: [SchemaChange] = [],
        _ tables: [TableLoad] = [],
        versions: [VersionChange] = []
    ) async throws -> LoadOutcome {
        try await load(LoadBatch(changes: changes, tables: tables, versions: versions)) { _ in
            Conclusion(reports: [], outbox: [])
        }
    }
}
