import Model

/// Reads two schemas of one database, in one snapshot that nothing can be written through.
protocol CompareSession {
    var dialect: CompareDialect { get }
    /// What the tables of each schema are qualified with.
    var qualifiers: Sides<String> { get }

    /// - Throws: ``CompareError/noSchema(_:place:others:)``, ``CompareError/forbidden(_:mend:)``.
    func facts(_ side: Side, _ catalogue: (Source?) -> CompareCatalogue) throws -> SchemaFacts

    /// Runs a statement that gives few rows.
    /// - Parameter table: what is compared, for errors.
    func rows(_ statement: BoundStatement, table: String) throws -> [[String?]]
}

extension CompareSession {
    func row(_ sql: String, table: String) throws -> [String?] {
        try rows(BoundStatement(sql: sql), table: table).first ?? []
    }
}
