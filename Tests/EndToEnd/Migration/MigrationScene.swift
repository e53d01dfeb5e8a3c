import Foundation
import LibPQ
import Model
import Testing
import ZendeskSimulator

/// A database of its own in which Stitch has loaded and Deskpipe will, with the page that says how to go over.
struct MigrationScene {
    let scene: Scene
    let page: MigrationPage
    /// Of a superuser, to the scene's own database.
    let connection: PQConnection
    let loader: String
    let reporting: String
    private(set) var settings: SettingsFile
    private let url: String

    /// Plays with a database and roles of its own, taken away again.
    static func play(
        _ options: SceneOptions = SceneOptions(),
        _ body: (inout MigrationScene) async throws -> Void
    ) async throws {
        try await withScene(Setting(log: .embedded, store: .postgresql), options) { scene in
            let id = String(UUID().uuidString.lowercased().prefix(8))
            let server = try #require(Setting.postgresURL)
            let base = try PQConnection(parameters: TestDatabase.parameters(server))
            let (database, loader, reporting) = ("migration_\(id)", "loader_\(id)", "reporting_\(id)")
            for sql in [
                "CREATE DATABASE \(database)", "CREATE ROLE \(loader) LOGIN", "CREATE ROLE \(reporting)",
                "GRANT CREATE, TEMPORARY ON DATABASE \(database) TO \(loader)",
            ] { try base.execute(sql) }
            let outcome: Result<Void, any Error>
            do {
                var migration = try MigrationScene(scene, server, database, loader, reporting)
                try await body(&migration)
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            for sql in [
                "DROP DATABASE \(database) WITH (FORCE)", "DROP ROLE \(loader)", "DROP ROLE \(reporting)",
            ] { try base.execute(sql) }
            try outcome.get()
        }
    }

    private init(_ scene: Scene, _ server: String, _ database: String, _ loader: String, _ reporting: String) throws {
        self.scene = scene
        self.loader = loader
        self.reporting = reporting
        page = try MigrationPage(roles: ["deskpipe_loader": loader, "reporting": reporting])
        let path = server.replacing(/\/[^\/]*$/, with: "/\(database)")
        connection = try PQConnection(parameters: TestDatabase.parameters(path))
        url = path.replacing(/\/\/[^@\/]*@/, with: "//\(loader)@")
        settings = scene.settings
        settings.destination = url
    }

    /// Gives the connection the schema of a section's settings.
    mutating func configure(from section: String) throws {
        settings.schema = try #require(page.schemas(in: section).first)
        try scene.workspace.write(settings)
    }

    /// Gives the connection another schema.
    mutating func configure(schema: String) throws {
        settings.schema = schema
        try scene.workspace.write(settings)
    }

    /// Runs a block of the page's SQL as a superuser.
    @discardableResult
    func run(_ sql: String) throws -> [String] {
        let result = try connection.execute(sql)
        return (0..<result.rowCount).compactMap { result.text($0, 0) }
    }

    func count(_ sql: String) throws -> Int { try run(sql).first.flatMap { Int($0) } ?? -1 }

    /// What the tables of a schema hold.
    func tables(of schema: String) throws -> TableSet {
        try ActualTables.read(TestDatabase(place: .server(url: url), schema: schema), of: scene.truth.streams)
    }

    /// `deskpipe compare … -o json`
    func comparison(_ arguments: [String]) async throws -> (exit: Program.Exit, result: Comparison) {
        let outcome = try await scene.deskpipe(arguments + ["-o", "json"])
        let result = try? JSONDecoder().decode(Comparison.self, from: Data(outcome.output.utf8))
        return (outcome.exit, try #require(result, "\(outcome.errors)"))
    }

    /// Makes Stitch's schema of what the account holds now.
    func makeStitchSchema(of tables: TableSet) async throws {
        let own = try connection.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns "
                + "WHERE table_schema = 'deskpipe_zendesk'"
        )
        var types: [String: [String: String]] = [:]
        for row in 0..<own.rowCount {
            types[own.text(row, 0) ?? "", default: [:]][own.text(row, 1) ?? ""] = own.text(row, 2)
        }
        try StitchSchema(
            connection: connection,
            streams: scene.truth.streams,
            ownTypes: types,
            extractedAt: scene.clock.now().formatted()
        ).make(tables)
        try run("GRANT SELECT ON ALL TABLES IN SCHEMA stitch_zendesk TO \(reporting)")
    }
}

/// What the tests read of a comparison.
struct Comparison: Decodable {
    var equal: Bool
    var tables: [Table]
    var notes: [String]

    struct Table: Decodable {
        var table: String
        var verdict: String
        var reasons: [String]
        var rows: [String: Int?]
        var compared: Int?
        var lone: [String: Lone]?
        var columns: [Column]
        var stale_subrows: [String: Int]?
    }

    struct Lone: Decodable {
        var count: Int
        var newer: Int
        var examples: [String]
    }

    struct Column: Decodable {
        var column: String
        var rows: Int
        var example: String?
    }

    subscript(table: String) -> Table? { tables.first { $0.table == table } }

    /// All that differs, as `table: reason`.
    var differences: [String] { tables.flatMap { table in table.reasons.map { "\(table.table): \($0)" } } }
}
