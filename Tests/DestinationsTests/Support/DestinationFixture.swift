import Destinations
import Foundation
import GRDB
import LibPQ
import Loader
import Logging
import Model
import TestSupport

/// A schema of its own in one kind of destination, and a second way to look into it.
struct DestinationFixture: Sendable {
    let kind: DestinationKind
    let schema: SchemaName
    let url: String
    let destination: any Destination

    /// The kinds that can be tested here: PostgreSQL only where there is a server.
    static let kinds: [DestinationKind] = DestinationKind.allCases.filter {
        $0 != .postgresql || PostgreSQLServer.sharedURL != nil
    }

    static let owner = owner(connection: "support")

    /// - Parameters:
    ///   - url: where it is; nil for a place of its own.
    ///   - schema: its name; nil for one that no other has.
    init(_ kind: DestinationKind, url: String? = nil, schema: SchemaName? = nil) throws {
        self.kind = kind
        let name = "t_" + UUID().uuidString.lowercased().replacing("-", with: "").prefix(16)
        guard let schema = schema ?? SchemaName(rawValue: String(name)) else { throw FixtureError.noSchema }
        self.schema = schema
        switch kind {
        case .sqlite: self.url = url ?? "sqlite:\(NSTemporaryDirectory())deskpipe-\(name)"
        case .files: self.url = url ?? "files:\(NSTemporaryDirectory())deskpipe-\(name)"
        case .postgresql:
            guard let shared = url ?? PostgreSQLServer.sharedURL else { throw FixtureError.noServer }
            self.url = shared
        }
        destination = try DestinationKind.open(DestinationSettings(url: self.url), logger: Logger(label: "test"))
    }

    static func owner(connection: String, source: Source = .support) -> SchemaOwner {
        guard let tenant = TenantID(rawValue: "acme"), let id = ConnectionID(rawValue: connection) else {
            preconditionFailure("not an identifier: \(connection)")
        }
        return SchemaOwner(connection: ConnectionKey(tenant: tenant, connection: id), source: source)
    }

    func open() async throws -> any DestinationSchema {
        try await destination.open(schema, owner: Self.owner)
    }

    /// The directory of the SQLite files, or of the schemas' directories.
    var directory: String { String(url.drop { $0 != ":" }.dropFirst()) }

    /// The path of the SQLite file, or of the schema's directory.
    var path: String { "\(directory)/\(schema)" + (kind == .sqlite ? ".sqlite" : "") }

    /// Runs statements beside the destination, with the schema's tables unqualified; gives the last one's rows.
    @discardableResult
    func query(_ sql: String) throws -> [[String?]] {
        switch kind {
        case .sqlite:
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            return try queue.writeWithoutTransaction { database in
                try Row.fetchAll(database, sql: sql).map { row in
                    row.databaseValues.map { String.fromDatabaseValue($0) ?? ($0.isNull ? nil : "\($0)") }
                }
            }
        case .files:
            return try FilesReader(directory: path).database().writeWithoutTransaction { database in
                try Row.fetchAll(database, sql: sql).map { row in
                    row.databaseValues.map { String.fromDatabaseValue($0) ?? ($0.isNull ? nil : "\($0)") }
                }
            }
        case .postgresql:
            let connection = try PQConnection(parameters: PQURL.parameters(of: url) ?? [:])
            try connection.execute("SET search_path = \(schema); SET timezone = 'UTC'")
            let result = try connection.execute(sql)
            return (0..<result.rowCount).map { row in (0..<result.columnCount).map { result.text(row, $0) } }
        }
    }

    /// The number that `_deskpipe_owner.format` has now.
    var format: String { kind == .files ? "1" : "2" }

    /// Whether names that differ only by the case of ASCII letters are one name to the destination.
    var foldsCase: Bool { kind != .postgresql }

    /// A boolean as ``query(_:)`` gives it.
    func text(_ value: Bool) -> String {
        switch kind {
        case .sqlite, .files: value ? "1" : "0"
        case .postgresql: value ? "t" : "f"
        }
    }

    /// SQL that gives a time column as RFC 3339 with microseconds.
    func time(_ column: String) -> String {
        switch kind {
        case .sqlite, .files: column
        case .postgresql: "to_char(\(column), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        }
    }

    /// Removes what the fixture made.
    func remove() throws {
        switch kind {
        case .sqlite, .files: try? FileManager.default.removeItem(atPath: directory)
        case .postgresql: try query("DROP SCHEMA IF EXISTS \(schema) CASCADE")
        }
    }

    enum FixtureError: Error {
        case noSchema
        case noServer
    }
}

/// Runs with a new schema, which is removed afterwards.
func withFixture(_ kind: DestinationKind, _ body: (DestinationFixture) async throws -> Void) async throws {
    let fixture = try DestinationFixture(kind)
    do {
        try await body(fixture)
    } catch {
        try? fixture.remove()
        throw error
    }
    try fixture.remove()
}

extension DestinationFixture {
    /// Puts a table of someone else where the schema would be.
    func makeForeign(_ sql: String) throws {
        switch kind {
        case .sqlite:
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try query(sql)
        case .files:
            try FileManager.default.createDirectory(atPath: "\(path)/tickets", withIntermediateDirectories: true)
        case .postgresql:
            try query("CREATE SCHEMA \(schema); \(sql)")
        }
    }

    /// Whether there is anything of the schema: the directory of its file, or the schema itself.
    func exists() throws -> Bool {
        switch kind {
        case .sqlite, .files: FileManager.default.fileExists(atPath: directory)
        case .postgresql: try !query("SELECT 1 FROM pg_namespace WHERE nspname = '\(schema)'").isEmpty
        }
    }

    /// The names of all that is in the schema, made by whomever.
    func relations() throws -> [String] {
        switch kind {
        case .sqlite: try query("SELECT name FROM sqlite_master").compactMap { $0[0] }
        case .postgresql:
            try query("SELECT relname FROM pg_class WHERE relnamespace = '\(schema)'::regnamespace")
                .compactMap { $0[0] }
        case .files: try FileManager.default.contentsOfDirectory(atPath: path)
        }
    }

    /// The parts of a table of files that have rows, by their paths in the schema's directory.
    func parts(of table: String) throws -> [String] {
        try FilesReader(directory: path).parts(of: "table=\(table)").filter { $0.contains("/part-") }
    }

    /// Removes a file or a directory from the schema's directory.
    func removeFile(_ name: String) throws {
        try FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }

    /// Makes the bookkeeping look like another version's.
    func setFormat(_ format: Int) throws {
        guard kind == .files else {
            try query("UPDATE _deskpipe_owner SET format = \(format)")
            return
        }
        let manifest = URL(fileURLWithPath: "\(path)/_deskpipe/manifest.json")
        let text = try String(contentsOf: manifest, encoding: .utf8)
        let changed = text.replacing("\"format\":1", with: "\"format\":\(format)")
        try changed.write(to: manifest, atomically: true, encoding: .utf8)
    }
}
