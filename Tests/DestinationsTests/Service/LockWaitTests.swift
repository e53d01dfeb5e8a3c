import Destinations
import Foundation
import GRDB
import LibPQ
import Loader
import Logging
import Messaging
import Model
import TestSupport
import Testing

/// Others hold a table while a column is to be added to it.
@Suite("LoaderService: locks of others", .timeLimit(.minutes(30)))
struct LockWaitTests {
    private static let postgreSQL = PostgreSQLServer.sharedURL != nil

    /// What another session does in a transaction that it leaves open.
    static let holds = ["LOCK TABLE tickets IN ACCESS EXCLUSIVE MODE", "SELECT * FROM tickets"]

    @Test(
        "PostgreSQL: the table and the session to end are named, the others load, later it goes through by itself",
        .enabled(if: postgreSQL, "no PostgreSQL here"),
        arguments: holds
    )
    func waitsForTable(hold: String) async throws {
        try await withTwoFixtures(.postgresql) { first, second in
            let options = ["options": "-c lock_timeout=150ms"]
            let settings = DestinationSettings(url: first.url, options: options)
            let destination = try DestinationKind.open(settings, logger: Logger(label: "test"))
            let holder = try PQConnection(parameters: PQURL.parameters(of: first.url) ?? [:])
            try holder.execute("SET search_path = \(first.schema); SET application_name = 'analysis'")
            try await play(first, second, destination) {
                try holder.execute("BEGIN; \(hold)")
                let pid = try holder.execute("SELECT pg_backend_pid()").text(0, 0) ?? ""
                return ["tickets", "which session \(pid) of ", "(analysis)", "SELECT pg_terminate_backend(\(pid))"]
            } release: {
                try holder.execute("ROLLBACK")
            }
        }
    }

    @Test("SQLite: the file and the way to whom to end are named, the others load, later it goes through by itself")
    func waitsForFile() async throws {
        try await withTwoFixtures(.sqlite) { first, second in
            let logger = Logger(label: "test")
            let wait = Duration.milliseconds(150)
            let destination = SQLiteDestination(directory: first.directory, logger: logger, lockWait: wait)
            let path = first.path
            var holder: DatabaseQueue?
            try await play(first, second, destination) {
                holder = try Self.session(path)
                try holder.map { _ = try Self.run("BEGIN IMMEDIATE", $0) }
                return [path, "fuser \(path)"]
            } release: {
                try holder.map { _ = try Self.run("ROLLBACK", $0) }
            }
        }
    }

    @Test("SQLite: a long read of the table stops nothing")
    func readersDoNotMatter() async throws {
        try await withFixture(.sqlite) { fixture in
            let schema = try await fixture.open()
            _ = try await schema.load(ScriptedLog.batch(0..<1)) { _ in try ScriptedLog.conclusion(0..<1) }
            let reader = try Self.session(fixture.path)
            try Self.run("BEGIN; SELECT * FROM tickets", reader)
            _ = try await schema.load(ScriptedLog.batch(1..<2)) { _ in try ScriptedLog.conclusion(1..<2) }
            #expect(try Self.run("SELECT count(*) FROM goals", reader) == 1)
            try Self.run("ROLLBACK", reader)
            try ScriptedLog.expect(2, in: fixture)
            await schema.close()
        }
    }

    /// A session whose transactions may stay open.
    private static func session(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Runs statements in a session that stays as they leave it; gives the last one's first value.
    @discardableResult
    private static func run(_ sql: String, _ session: DatabaseQueue) throws -> Int? {
        try session.writeWithoutTransaction { database in
            let statements = try database.allStatements(sql: sql)
            var value: Int?
            while let statement = try statements.next() { value = try Int.fetchOne(statement) }
            return value
        }
    }

    /// Two connections, of which one has a new column for a table that is held.
    /// - Parameter hold: gives what the message is to name.
    private func play(
        _ first: DestinationFixture,
        _ second: DestinationFixture,
        _ destination: any Destination,
        hold: () throws -> [String],
        release: () throws -> Void
    ) async throws {
        let stage = try await ServiceStage()
        let connections = [try first.connection(), try second.connection("other")]
        try await stage.define(connections[0], connections[1])
        for connection in connections { try await stage.publish(connection, [.init(1, sequence: 1)]) }
        #expect(try await stage.run(into: destination).exitCode == .ok)
        let named = try hold()
        for connection in connections {
            try await stage.publish(connection, [.init(2, #""fresh":"x""#, sequence: 2)])
        }
        let summary = try await stage.run(into: destination)
        #expect(Array(summary.setAside.keys) == [connections[0].key])
        let message = summary.setAside.values.first?.message ?? ""
        for name in named { #expect(message.contains(name), "\(message)") }
        #expect(try second.query("SELECT id, fresh FROM tickets ORDER BY id") == [["1", nil], ["2", "x"]])
        let failed = try await stage.reports().filter { $0.status == .failed }
        let said = failed.first?.error ?? ""
        for name in named { #expect(said.contains(name), "\(said)") }
        #expect(failed.allSatisfy { $0.table == "tickets" && $0.events == 0 })
        try release()
        let after = try await stage.run(into: destination)
        #expect(after.exitCode == .ok && after.setAside.isEmpty)
        #expect(try first.query("SELECT id, fresh FROM tickets ORDER BY id") == [["1", nil], ["2", "x"]])
        let changes = try await stage.reports().filter { $0.status == .succeeded }.flatMap(\.schemaChanges)
        #expect(changes.filter { $0 == "add column tickets.fresh text" }.count == 2)
    }
}
