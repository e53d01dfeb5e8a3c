import Foundation
import GRDB
import LibPQ

/// A scenario's database, PostgreSQL or SQLite, as its owner uses it: with views beside the tables.
struct Warehouse {
    let database: TestDatabase

    /// The views' own place in PostgreSQL; in SQLite they stand beside the tables.
    private var viewSchema: String { "\(database.schema)_dbt" }

    /// The columns of a table with their types, as the database names them.
    func columns(of table: String) throws -> [String: String] {
        let rows =
            switch database.place {
            case .file, .directory: try run("SELECT name, type FROM pragma_table_info('\(table)')")
            case .server:
                try run(
                    """
                    SELECT column_name, data_type FROM information_schema.columns
                    WHERE table_schema = '\(database.schema)' AND table_name = '\(table)'
                    """
                )
            }
        var columns: [String: String] = [:]
        for row in rows { if let name = row[0] { columns[name] = row[1] ?? "" } }
        return columns
    }

    /// A type as this database names it.
    func name(of kind: StitchTable.Kind) -> String {
        switch database.place {
        case .file, .directory: kind.sqlite
        case .server: kind.rawValue
        }
    }

    func table(_ name: String) -> String { database.name(name) }

    func view(_ name: String) -> String {
        switch database.place {
        case .file, .directory: "\"\(name)\""
        case .server: "\"\(viewSchema)\".\"\(name)\""
        }
    }

    func makeViewSchema() throws {
        guard case .server = database.place else { return }
        try run("CREATE SCHEMA \"\(viewSchema)\"")
    }

    func removeViewSchema() throws {
        guard case .server = database.place else { return }
        try run("DROP SCHEMA \"\(viewSchema)\" CASCADE")
    }

    func makeView(_ name: String, _ select: String) throws {
        try run("CREATE VIEW \(view(name)) AS \(select)")
    }

    func count(_ sql: String) throws -> Int { try run(sql).first?.first?.flatMap { Int($0) } ?? 0 }

    @discardableResult
    private func run(_ sql: String) throws -> [[String?]] {
        switch database.place {
        case .file(let file):
            var configuration = Configuration()
            configuration.busyMode = .timeout(30)
            let queue = try DatabaseQueue(path: file.path, configuration: configuration)
            return try queue.writeWithoutTransaction { database in
                try Row.fetchAll(database, sql: sql).map { row in
                    row.databaseValues.map { String.fromDatabaseValue($0) ?? ($0.isNull ? nil : "\($0)") }
                }
            }
        case .server(let url):
            let result = try PQConnection(parameters: TestDatabase.parameters(url)).execute(sql)
            return (0..<result.rowCount).map { row in (0..<result.columnCount).map { result.text(row, $0) } }
        case .directory: throw NoDatabase()
        }
    }

    /// A directory of files takes no views.
    private struct NoDatabase: Error {}
}
