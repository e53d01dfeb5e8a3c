/// Rows by table and key, every value as text in one form: what is compared, whichever database it came from.
///
/// Times are `2026-11-20T10:00:00.123000Z`, booleans 1 and 0, decimals without zeros at their end; a column that is
/// NULL is left out.
struct TableSet: Sendable {
    typealias Row = [String: String]

    /// By table, then by key: the record's id, and behind it the places in arrays for a sub-table.
    private(set) var tables: [String: [String: Row]] = [:]
    /// Records that are marked as gone at the source, by table; their rows and sub-rows are in no table here.
    private(set) var marked: [String: Set<String>] = [:]
    /// What no table should have: a key twice, a system column without a value.
    private(set) var faults: [String] = []

    /// How many rows a table has.
    func count(_ table: String) -> Int { tables[table]?.count ?? 0 }

    mutating func add(_ row: Row, key: String, to table: String) {
        if tables[table, default: [:]].updateValue(row, forKey: key) != nil {
            faults.append("\(table) has \(key) twice")
        }
    }

    mutating func mark(_ record: String, in table: String) {
        marked[table, default: []].insert(record)
    }

    mutating func add(fault: String) {
        faults.append(fault)
    }

    /// All that a stream's tables say of one record: its row and sub-rows, by table and key.
    typealias Version = [String: [String: Row]]

    /// What is said of each record of a stream.
    func versions(of stream: OracleStream) -> [String: Version] {
        var versions: [String: Version] = [:]
        for (table, rows) in tables where stream.owns(table) {
            for (key, row) in rows { versions[Self.record(ofKey: key), default: [:]][table, default: [:]][key] = row }
        }
        return versions
    }

    /// Puts other versions in the place of what is there of these records.
    mutating func replace(_ versions: [String: Version], of stream: OracleStream) {
        for table in tables.keys where stream.owns(table) {
            tables[table] = tables[table]?.filter { versions[Self.record(ofKey: $0.key)] == nil }
        }
        for (table, rows) in versions.values.flatMap(\.self) { tables[table, default: [:]].merge(rows) { $1 } }
    }

    /// What stands for the key of a record without one: all that it says.
    static func key(ofKeyless row: Row) -> String {
        row.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
    }

    /// Only the rows of the records that `other` has too; sub-rows with their record.
    func limited(toRecordsOf other: TableSet, of streams: [OracleStream]) -> TableSet {
        var limited = TableSet()
        for (table, rows) in tables {
            let root = other.tables[OracleStream.owner(of: table, among: streams)?.name ?? table] ?? [:]
            limited.tables[table] = rows.filter { root[Self.record(ofKey: $0.key)] != nil }
        }
        return limited
    }

    /// What differs, the first of it by table, key and column; empty for the same rows.
    func differences(from actual: TableSet, most: Int = 12) -> [String] {
        var found = actual.faults
        for table in Set(tables.keys).union(actual.tables.keys).sorted() {
            let expectedRows = tables[table] ?? [:]
            let actualRows = actual.tables[table] ?? [:]
            for key in Set(expectedRows.keys).union(actualRows.keys).sorted() {
                switch (expectedRows[key], actualRows[key]) {
                case (nil, _): found.append("\(table) \(key): should not be there")
                case (_, nil): found.append("\(table) \(key): is not there")
                case (let expected?, let actual?):
                    for column in Set(expected.keys).union(actual.keys).sorted()
                    where expected[column] != actual[column] {
                        found.append(
                            "\(table) \(key) \(column): \(Self.shown(actual[column])), not \(Self.shown(expected[column]))"
                        )
                    }
                }
            }
        }
        return found.count <= most ? found : found.prefix(most) + ["and \(found.count - most) more"]
    }

    private static func shown(_ value: String?) -> String { value.map { "`\($0.prefix(80))`" } ?? "NULL" }

    static func record(ofKey key: String) -> String { String(key.prefix { $0 != "/" }) }
}
