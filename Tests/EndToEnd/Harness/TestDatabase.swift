import Foundation
import GRDB
import LibPQ
import TestSupport
import Testing

/// The place that a scenario loads into: an SQLite file, a directory of files, or a schema of its own in the tests'
/// PostgreSQL.
struct TestDatabase: Sendable {
    enum Place: Sendable {
        case file(URL)
        case directory(URL)
        case server(url: String)
    }

    let place: Place
    let schema: String

    /// The value of `destination`.
    var url: String {
        switch place {
        case .file(let file): "sqlite:\(file.deletingLastPathComponent().path)"
        case .directory(let directory): "files:\(directory.deletingLastPathComponent().path)"
        case .server(let url): url
        }
    }

    /// The first column of a query's rows. Nothing where there is no file yet.
    func texts(_ sql: String) throws -> [String?] {
        switch place {
        case .file(let file):
            guard FileManager.default.fileExists(atPath: file.path) else { return [] }
            return try Self.read(file) { try String?.fetchAll($0, sql: sql) }
        case .directory(let directory):
            guard let reader = Self.reader(of: directory) else { return [] }
            return try reader.database().read { try String?.fetchAll($0, sql: sql) }
        case .server(let url):
            let result = try PQConnection(parameters: Self.parameters(url)).execute(sql)
            return (0..<result.rowCount).map { result.text($0, 0) }
        }
    }

    /// A name of a table for ``texts(_:)``.
    func name(_ table: String) -> String {
        switch place {
        case .file, .directory: "\"\(table)\""
        case .server: "\"\(schema)\".\"\(table)\""
        }
    }

    /// The tables that there are, less Deskpipe's own.
    func tables() throws -> [String] {
        let sql: String
        switch place {
        case .file: sql = "SELECT name FROM sqlite_master WHERE type = 'table'"
        case .server: sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = '\(schema)'"
        case .directory(let directory):
            return try Self.reader(of: directory)?.manifest().tables.map(\.name) ?? []
        }
        return try texts(sql).compactMap(\.self).filter {
            !$0.hasPrefix("_deskpipe_") && !$0.hasPrefix("_sdc_") && !$0.hasPrefix("sqlite_")
        }
    }

    /// How many loads the database's own account has, of files how many batches; 0 before there is one.
    func loads() throws -> Int {
        let sql: String
        switch place {
        case .directory(let directory): return try Int(Self.reader(of: directory)?.manifest().commit ?? 0)
        case .file: sql = "SELECT count(*) FROM sqlite_master WHERE name = '_deskpipe_loads'"
        case .server:
            sql = "SELECT count(*) FROM pg_tables WHERE schemaname = '\(schema)' AND tablename = '_deskpipe_loads'"
        }
        guard try count(sql) > 0 else { return 0 }
        return try count("SELECT count(*) FROM \(name("_deskpipe_loads"))")
    }

    /// The tables of a PostgreSQL schema, Deskpipe's own too, in which a row holds any of the texts; a file's are found
    /// with the files.
    func tables(holding texts: [String]) throws -> [String] {
        guard case .server = place else { return [] }
        let tables = try self.texts("SELECT tablename FROM pg_tables WHERE schemaname = '\(schema)'")
        return try tables.compactMap(\.self).filter { table in
            let conditions = texts.map { "strpos(row::text, '\($0)') > 0" }.joined(separator: " OR ")
            return try count("SELECT count(*) FROM \(name(table)) AS row WHERE \(conditions)") > 0
        }
    }

    func count(_ sql: String) throws -> Int {
        try texts(sql).first?.flatMap { Int($0) } ?? 0
    }

    /// Takes the schema away again; a file goes with its folder.
    func remove() throws {
        guard case .server(let url) = place else { return }
        try PQConnection(parameters: Self.parameters(url)).execute("DROP SCHEMA IF EXISTS \"\(schema)\" CASCADE")
    }

    /// Nil where there is nothing yet.
    static func reader(of directory: URL) -> FilesReader? {
        let manifest = directory.appending(path: "_deskpipe/manifest.json")
        return FileManager.default.fileExists(atPath: manifest.path) ? FilesReader(directory: directory.path) : nil
    }

    static func read<Result>(_ file: URL, _ body: (Database) throws -> Result) throws -> Result {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(30)
        return try DatabaseQueue(path: file.path, configuration: configuration).read(body)
    }

    static func parameters(_ url: String) throws -> [String: String] {
        try #require(PQURL.parameters(of: url))
    }
}
