import Foundation
import GRDB
import Loader
import Model

/// Reads two SQLite files in one transaction of a connection that cannot write.
struct SQLiteCompareSession: CompareSession {
    let dialect = CompareDialect.sqlite
    let qualifiers = Sides(schema: "main", with: "other")
    private let names: Sides<String>
    private let database: Database

    /// Each column of each table: table, column, type, belongs to the primary key.
    private static func columns(_ qualifier: String) -> String {
        """
        SELECT m.name, c.name, c.type, c.pk > 0 FROM \(SQLIdentifier.quoted(qualifier)).sqlite_master m
        JOIN pragma_table_info(m.name, '\(qualifier)') c WHERE m.type = 'table' ORDER BY m.name, c.cid
        """
    }

    /// Opens both files for reading, and reads.
    static func read<Result>(
        directory: String,
        schemas: Sides<String>,
        _ body: (SQLiteCompareSession) throws -> Result
    ) throws -> Result {
        let paths = try schemas.map { try path(of: $0, in: directory) }
        var configuration = Configuration()
        configuration.label = "deskpipe.compare"
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA query_only = 1; PRAGMA temp_store = 1")
        }
        do {
            let queue = try DatabaseQueue(path: paths.schema, configuration: configuration)
            try queue.inDatabase { try $0.execute(sql: "ATTACH ? AS other", arguments: [paths.with]) }
            let result = try queue.read { database in
                try body(SQLiteCompareSession(names: schemas, database: database))
            }
            try queue.close()
            return result
        } catch let error as DatabaseError {
            // GRDB's own message repeats the statement, and with it nothing of a record.
            throw CompareError.failed("\(error.message ?? "no message") (SQLite \(error.extendedResultCode.rawValue))")
        }
    }

    private static func path(of schema: String, in directory: String) throws -> String {
        guard !schema.isEmpty, !schema.contains("/"), !schema.utf8.contains(0) else {
            throw CompareError.notASchema(schema)
        }
        let folder = URL(fileURLWithPath: directory)
        let path = folder.appendingPathComponent("\(schema).sqlite").path
        guard FileManager.default.fileExists(atPath: path) else {
            // A directory that is not there holds no other schemas.
            let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
            let others = files.filter { $0.hasSuffix(".sqlite") }.map { String($0.dropLast(".sqlite".count)) }
            throw CompareError.noSchema(schema, place: folder.path, others: others.sorted())
        }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw CompareError.forbidden(path, mend: "let this user read it (chmod, chown)")
        }
        return path
    }

    func facts(_ side: Side, _ catalogue: (Source?) -> CompareCatalogue) throws -> SchemaFacts {
        var facts = SchemaFacts(name: names[side])
        let columns = try Row.fetchAll(database, sql: Self.columns(qualifiers[side]))
        let system = Set(columns.map { $0[0] as String }.filter(SchemaFacts.isSystemTable))
        facts.systemTables = system.filter { !$0.hasPrefix("sqlite_") }.sorted()
        if facts.isDeskpipes {
            let owner = BookkeepingSQL(schema: qualifiers[side]).selectOwner
            facts.source = try rows(BoundStatement(sql: owner), table: facts.name).first?[2]
                .flatMap(Source.init(rawValue:))
        }
        let catalogue = catalogue(facts.source)
        for row in columns {
            let table: String = row[0]
            guard !system.contains(table) else { continue }
            if facts.tables.last?.name != table { facts.tables.append(TableFacts(name: table)) }
            let last = facts.tables.count - 1
            let (name, type): (String, String) = (row[1], row[2])
            let kind = ValueKind(sqlite: type, declared: catalogue.type(of: name, in: table))
            facts.tables[last].columns.append(ColumnFacts(name: name, type: type, kind: kind))
            if row[3] as Bool { facts.tables[last].primaryKey.append(name) }
        }
        return facts
    }

    func rows(_ statement: BoundStatement, table: String) throws -> [[String?]] {
        try Row.fetchAll(database, sql: statement.sql, arguments: StatementArguments(statement.parameters)).map { row in
            row.databaseValues.map { String.fromDatabaseValue($0) ?? Int64.fromDatabaseValue($0).map(String.init) }
        }
    }
}
