import Catalog
import Model

/// What the oracle knows of a stream: how its records are told apart, and which columns have a declared type.
struct OracleStream: Sendable {
    var name: String
    /// Fields of the key, in order; empty where a record is only told apart by what it says.
    var key: [String]
    /// Fields that are spliced out before a record is published.
    var spliced: Set<String>
    /// Its rows stay when the source has the records no more, with the time of that.
    var keepsRows: Bool
    /// Types of declared columns by table and column.
    private var types: [String: [String: ColumnType]] = [:]

    init(_ definition: StreamDefinition) {
        name = definition.name.rawValue
        key = definition.schema.key
        spliced = Set(definition.spliced)
        keepsRows = definition.schema.replication == .kept
        for column in definition.schema.columns {
            var table = name
            var parts: [String] = []
            for part in column.path.split(separator: ".") {
                guard part.hasSuffix("[]") else {
                    parts.append(String(part))
                    continue
                }
                table += "__" + (parts + [String(part.dropLast(2))]).joined(separator: "__")
                parts = []
            }
            types[table, default: [:]][parts.isEmpty ? "value" : parts.joined(separator: "__")] = column.type
        }
    }

    /// Types the columns of an account's own fields by their definitions, as the documentation says.
    /// - Parameter member: The object that holds their values.
    mutating func declare(_ definition: JSONValue, in member: String) {
        guard case .string(let key, _) = definition["key"], case .string(let type, _) = definition["type"] else {
            return
        }
        let known: [String: ColumnType] = [
            "date": .dateTime, "checkbox": .boolean, "integer": .integer, "decimal": .number,
        ]
        types[name, default: [:]]["\(member)__\(key)"] = known[type] ?? .string
    }

    /// Nil for a column that is not declared.
    func type(of column: String, in table: String) -> ColumnType? { types[table]?[column] }

    static func all(of source: Source) -> [OracleStream] { Catalog.streams(of: source).map(OracleStream.init) }

    static func selected(by include: [String], of source: Source = .support) throws -> [OracleStream] {
        try Catalog.streams(of: source, selectedBy: StreamSelection(include: include)).map(OracleStream.init)
    }

    /// True for its table and its sub-tables.
    func owns(_ table: String) -> Bool { table == name || table.hasPrefix("\(name)__") }

    /// The stream whose table, or one of whose sub-tables, this is.
    static func owner(of table: String, among streams: [OracleStream]) -> OracleStream? {
        streams.first { $0.name == table } ?? streams.first { table.hasPrefix("\($0.name)__") }
    }
}
