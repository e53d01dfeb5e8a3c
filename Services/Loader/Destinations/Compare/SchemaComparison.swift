package import Model

/// What compare found out about two schemas.
package struct SchemaComparison: Sendable, Codable {
    package var version = 1
    package var schemas: Sides<String>
    /// True when no table differs.
    package var isEqual: Bool
    package var tables: [TableComparison]
    /// What differs by design, told once.
    package var notes: [String]

    enum CodingKeys: String, CodingKey {
        case version, schemas, tables, notes
        case isEqual = "equal"
    }
}

/// What compare found out about one table.
package struct TableComparison: Sendable, Codable {
    package enum Verdict: String, Sendable, Codable {
        case equal
        case differs
        /// Only rows were counted: nothing tells them apart on both sides.
        case counted
        /// Only one schema has it, and that is as it should be.
        case expected
    }

    package var table: String
    package var verdict: Verdict
    /// Why it differs, for people.
    package var reasons: [String] = []
    /// What differs by design in this table.
    package var notes: [String] = []
    /// Nil on a side that lacks the table.
    package var rows: Sides<Int?>
    package var key: Range?
    package var replicationKey: Range?
    /// Records that changed at the source later are not compared.
    package var comparedUntil: Timestamp?
    /// Rows that both have.
    package var common: Int?
    /// Those of them whose values were compared.
    package var compared: Int?
    package var lone: Sides<LoneRows>?
    package var staleSubrows: Sides<Int>?
    /// Rows beyond the first with a key.
    package var duplicates: Sides<Int>?
    /// Fields whose values differ.
    package var columns: [DifferingColumn] = []
    package var singleColumns: Sides<[SingleColumn]>?
    package var types: [DifferingType] = []
    package var seconds = 0.0

    package struct Range: Sendable, Codable, Equatable {
        package var columns: [String]
        package var least: Sides<String?>
        package var greatest: Sides<String?>
    }

    /// Rows whose key only one side has.
    package struct LoneRows: Sendable, Codable, Equatable {
        package var count = 0
        /// Changed at the source after the older extraction.
        package var newer = 0
        /// Marked as deleted at the source.
        package var deleted = 0
        /// Keys of the others: at most ten.
        package var examples: [String] = []

        /// Those that nothing explains.
        package var unexplained: Int { count - newer - deleted }
    }

    package struct DifferingColumn: Sendable, Codable, Equatable {
        package var column: String
        package var rows: Int
        /// Of the rows compared, 0 to 1.
        package var share: Double
        /// The key of a row where it differs.
        package var example: String?
    }

    package struct SingleColumn: Sendable, Codable, Equatable {
        package var column: String
        /// Compared rows that have a value in it.
        package var values: Int
    }

    package struct DifferingType: Sendable, Codable, Equatable {
        package var column: String
        package var types: Sides<String>
    }

    enum CodingKeys: String, CodingKey {
        case table, verdict, reasons, notes, rows, key, common, compared, lone, duplicates, columns, types, seconds
        case replicationKey = "replication_key"
        case comparedUntil = "compared_until"
        case staleSubrows = "stale_subrows"
        case singleColumns = "single_columns"
    }
}
