import Foundation
import GRDB
import TestSupport
import Testing

/// What an earlier release wrote is gone on with. `Fixtures/` holds, by release, an embedded log and an SQLite schema: 30
/// tickets, 8 users and 12 groups were loaded; then the tickets were reset and read again, which waits in the log.
@Suite("Upgrades")
struct UpgradeTests {
    @Test("a log and a schema of an earlier release are gone on with", arguments: ["0.1.0"])
    func goesOn(release: String) async throws {
        let workspace = try Workspace()
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/\(release)")
        try FileManager.default.createDirectory(atPath: workspace.path("warehouse"), withIntermediateDirectories: true)
        for (name, place) in [("log", "log.sqlite"), ("zendesk", "warehouse/zendesk.sqlite")] {
            try Self.unpack(fixtures.appending(path: "\(name).sqlite.gz"), to: workspace.path(place))
        }
        let configuration = """
            namespace: deskpipe
            transport: embedded:log.sqlite
            embedded: { keep: 36500d }
            destination: sqlite:warehouse
            connections:
              - tenant: acme
                id: support
                name: Zendesk
                source: zendesk-support
                subdomain: acme
                auth: { type: oauth_client_credentials, client_id: env:E2E_CLIENT, client_secret: env:E2E_SECRET }
                start_date: 2020-01-01
                streams: { include: [tickets, users, groups] }

            """
        try Data(configuration.utf8).write(to: workspace.configuration)
        let before = try Self.tables(workspace)
        #expect(before.map(\.rows) == [30, 8, 12])

        let loader = try await Self.deskpipe(["loader", "--until-idle"], workspace)
        #expect(loader.exit == .status(0), "\(loader.errors)")
        let after = try Self.tables(workspace)
        #expect(after.map(\.rows) == [30, 8, 12])
        #expect(after[0].oldest > before[0].newest, "each ticket was replaced by what waited")
        #expect(after[1] == before[1], "nothing new was read of users")
        // The bookkeeping is as of now: nothing is left to do, and what was read is known.
        let again = try await Self.deskpipe(["loader", "--until-idle"], workspace)
        #expect(again.exit == .status(0) && again.output.contains("Nothing new to load"), "\(again.errors)")
        let status = try await Self.deskpipe(["status", "-o", "json"], workspace)
        #expect(status.exit == .status(0) && status.output.contains("\"acme\""), "\(status.errors)")
        let streams = try await Self.deskpipe(["streams", "-o", "json"], workspace)
        #expect(streams.exit == .status(0), "\(streams.errors)")
    }

    private struct Rows: Equatable {
        var rows: Int
        var oldest: Int64
        var newest: Int64
    }

    private static func tables(_ workspace: Workspace) throws -> [Rows] {
        let queue = try DatabaseQueue(path: workspace.path("warehouse/zendesk.sqlite"))
        defer { try? queue.close() }  // it is only read
        return try queue.read { database in
            try ["tickets", "users", "groups"].map { table in
                let sql = "SELECT count(*), min(_sdc_sequence), max(_sdc_sequence) FROM \(table)"
                let row = try #require(try Row.fetchOne(database, sql: sql))
                return Rows(rows: row[0], oldest: row[1], newest: row[2])
            }
        }
    }

    private static func deskpipe(_ arguments: [String], _ workspace: Workspace) async throws -> Program.Outcome {
        try await Program(
            Executable.deskpipe.path,
            arguments + ["-c", workspace.configuration.path],
            environment: Scene.environment,
            in: workspace.directory,
            input: nil
        ).outcome()
    }

    private static func unpack(_ archive: URL, to path: String) throws {
        try #require(FileManager.default.createFile(atPath: path, contents: nil))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", archive.path]
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: path))
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}
