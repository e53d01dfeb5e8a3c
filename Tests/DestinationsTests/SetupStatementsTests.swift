import Destinations
import Foundation
import LibPQ
import Loader
import Logging
import Model
import TestSupport
import Testing

@Suite("The statements of docs/setup.md")
struct SetupStatementsTests {
    static let canStart = PostgreSQLServer.binaries != nil

    @Test("give a loader all it needs, and readers its tables, those to come too", .enabled(if: canStart))
    func rights() async throws {
        let statements = try Self.statements()
        try #require(statements.count == 4)
        let server = try PostgreSQLServer()
        try Self.run(statements[0], on: server.url)
        let warehouse = Self.warehouse(server.url)
        // What a new role may by itself differs between servers: here it may nothing.
        try Self.run("REVOKE ALL ON DATABASE warehouse FROM PUBLIC", on: warehouse)
        let fixture = try DestinationFixture(.postgresql, url: Self.warehouse(server.url(user: "deskpipe_loader")))
        await #expect(throws: DestinationError.self) { try await fixture.destination.check(fixture.schema) }
        try Self.run(statements[1], on: warehouse)
        try await fixture.destination.check(fixture.schema)
        let before = try await fixture.destination.standing(of: fixture.schema, for: DestinationFixture.owner)
        #expect(before == SchemaStanding(.absent, readers: ["reporting"]))
        await (try await fixture.open()).close()
        let after = try await fixture.destination.standing(of: fixture.schema, for: DestinationFixture.owner)
        #expect(after == SchemaStanding(.own(tables: 0), readers: ["reporting"]))
        // Reads as a member of the readers' role does, and writes nothing.
        let connection = try Self.connection(warehouse)
        try connection.execute("SET ROLE reporting")
        let count = try connection.execute("SELECT count(*) FROM \(fixture.schema)._deskpipe_loads").integer(0, 0)
        #expect(count == 0)
        #expect(throws: PQError.self) { try connection.execute("DELETE FROM \(fixture.schema)._deskpipe_loads") }
    }

    @Test("let a loader without the right to make schemas use one made for it", .enabled(if: canStart))
    func preparedSchema() async throws {
        let statements = try Self.statements()
        let server = try PostgreSQLServer()
        try Self.run(statements[0], on: server.url)
        let warehouse = Self.warehouse(server.url)
        try Self.run(statements[2], on: warehouse)
        let url = Self.warehouse(server.url(user: "deskpipe_loader"))
        let destination = try DestinationKind.open(DestinationSettings(url: url), logger: Logger(label: "test"))
        let schema = try #require(SchemaName(rawValue: "zendesk"))
        try await destination.check(schema)
        let standing = try await destination.standing(of: schema, for: DestinationFixture.owner)
        #expect(standing == SchemaStanding(.empty, readers: []))
        await (try await destination.open(schema, owner: DestinationFixture.owner)).close()
        try Self.run(statements[3], on: warehouse)
        let connection = try Self.connection(warehouse)
        try connection.execute("SET ROLE reporting")
        #expect(try connection.execute("SELECT count(*) FROM zendesk._deskpipe_owner").integer(0, 0) == 1)
    }

    /// A URL of the database `postgres` as one of `warehouse`.
    private static func warehouse(_ url: String) -> String { url.dropLast("postgres".count) + "warehouse" }

    /// The blocks of SQL, in their order.
    private static func statements() throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/setup.md"), encoding: .utf8)
        return text.components(separatedBy: "```sql\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    }

    private static func run(_ sql: String, on url: String) throws {
        let connection = try connection(url)
        // A database is made outside of a transaction, in which several statements at once run.
        for statement in sql.split(separator: ";") where !statement.allSatisfy(\.isWhitespace) {
            try connection.execute(String(statement))
        }
    }

    private static func connection(_ url: String) throws -> PQConnection {
        try PQConnection(parameters: try #require(PQURL.parameters(of: url)))
    }
}
