import Destinations
import LibPQ
import Loader
import Logging
import Model
import TestSupport
import Testing

@Suite("PostgreSQL", .serialized)
struct PostgreSQLTests {
    private static let isHere = PostgreSQLServer.sharedURL != nil
    /// For tests that do to a server what others could not bear.
    private static let canStart = PostgreSQLServer.binaries != nil

    @Test(
        "the PostgreSQL cases of all suites ran",
        .enabled(if: isHere, PostgreSQLServer.isMissing)
    )
    func isCovered() {
        #expect(DestinationFixture.kinds.contains(.postgresql))
    }

    @Test("a commit that took place though its answer was lost has loaded", .enabled(if: canStart))
    func settlesCommitted() async throws {
        let server = try PostgreSQLServer()
        let fixture = try DestinationFixture(.postgresql, url: server.url)
        let schema = try await fixture.open()
        try await schema.load(changes: [.createTable(TestTables.tickets)])
        async let outcome = schema.load(batch) { _ in
            // A standby that never answers: the COMMIT after this is done on the server, and its answer waits until
            // the session is ended.
            try fixture.awaitStandby("nobody")
            return Conclusion(reports: [], outbox: [message])
        }
        do {
            try await fixture.endSession(waitingFor: "SyncRep")
        } catch {
            try server.crash()
            throw error
        }
        try fixture.query("ALTER SYSTEM RESET synchronous_standby_names", synchronous: false)
        try fixture.query("SELECT pg_reload_conf()", synchronous: false)
        #expect(try await outcome.tables["tickets"]?.inserted == 1)
        #expect(try fixture.query("SELECT id FROM tickets") == [["1"]])
        #expect(try await schema.unsentMessages(atMost: 10) == [message])
        await schema.close()
    }

    @Test(
        "a commit that did not take place has not, and can be tried again",
        .enabled(if: isHere, PostgreSQLServer.isMissing)
    )
    func settlesLost() async throws {
        try await withFixture(.postgresql) { fixture in
            let schema = try await fixture.open()
            try await schema.load(changes: [.createTable(TestTables.tickets)])
            // A deferred trigger holds the transaction up inside COMMIT, before it is decided.
            try fixture.query(
                """
                CREATE FUNCTION \(fixture.schema).wait() RETURNS trigger LANGUAGE plpgsql
                AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
                CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON \(fixture.schema).tickets DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION \(fixture.schema).wait();
                """
            )
            async let failure = #expect(throws: DestinationError.self) {
                _ = try await schema.load(batch) { _ in Conclusion(reports: [], outbox: [message]) }
            }
            try await fixture.endSession(waitingFor: "PgSleep")
            let error = await failure
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try fixture.query("SELECT id FROM tickets").isEmpty)
            try fixture.query("DROP TRIGGER wait ON tickets")
            let repeated = try await schema.load(batch) { _ in Conclusion(reports: [], outbox: [message]) }
            #expect(repeated.tables["tickets"]?.inserted == 1)
            await schema.close()
        }
    }

    @Test("a server that dies is unavailable, and loading goes on when it is back", .enabled(if: canStart))
    func reconnects() async throws {
        let server = try PostgreSQLServer()
        let fixture = try DestinationFixture(.postgresql, url: server.url)
        let schema = try await fixture.open()
        try await schema.load(changes: [.createTable(TestTables.tickets)])
        try server.crash()
        for _ in 0..<2 {
            let error = await #expect(throws: DestinationError.self) {
                _ = try await schema.load(batch) { _ in Conclusion(reports: [], outbox: []) }
            }
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        try server.start()
        let outcome = try await schema.load(batch) { _ in Conclusion(reports: [], outbox: []) }
        #expect(outcome.tables["tickets"]?.inserted == 1)
        await schema.close()
    }

    @Test("a role without rights is told the statement that gives them", .enabled(if: canStart))
    func namesGrants() async throws {
        let server = try PostgreSQLServer()
        let admin = try DestinationFixture(.postgresql, url: server.url)
        try admin.query("CREATE ROLE loader LOGIN")
        let fixture = try DestinationFixture(.postgresql, url: server.url(user: "loader"))
        let owner = DestinationFixture.owner
        let noCreate = await #expect(throws: DestinationError.self) {
            _ = try await fixture.destination.open(fixture.schema, owner: owner)
        }
        #expect(mend(noCreate) == "GRANT CREATE ON DATABASE \"postgres\" TO \"loader\"")
        try admin.query("CREATE SCHEMA \(fixture.schema)")
        let noSchema = await #expect(throws: DestinationError.self) {
            try await fixture.destination.check(fixture.schema)
        }
        let grant = "GRANT USAGE, CREATE ON SCHEMA \"\(fixture.schema)\" TO \"loader\""
        #expect(mend(noSchema) == grant)
        try admin.query(grant)
        try await fixture.destination.check(fixture.schema)
        try admin.query("REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC")
        let noTemporary = await #expect(throws: DestinationError.self) {
            try await fixture.destination.check(fixture.schema)
        }
        #expect(mend(noTemporary) == "GRANT TEMPORARY ON DATABASE \"postgres\" TO \"loader\"")
    }

    @Test("a wrong password is no rights, and stands in no message", .enabled(if: canStart))
    func hidesPassword() async throws {
        let server = try PostgreSQLServer()
        try DestinationFixture(.postgresql, url: server.url).query("CREATE ROLE secretive LOGIN PASSWORD 'right'")
        let schema = try DestinationFixture(.postgresql, url: server.url).schema
        let settings = DestinationSettings(url: server.url(user: "secretive"), password: Secret("canary-3141"))
        let destination = try DestinationKind.open(settings, logger: Logger(label: "test"))
        let error = await #expect(throws: DestinationError.self) { try await destination.check(schema) }
        #expect(mend(error) != nil)
        #expect(error?.message.contains("canary") == false)
        #expect(!"\(settings) \(destination)".contains("canary"))
    }

    @Test(
        "a database that is not there is named with the statement that makes it",
        .enabled(if: isHere, PostgreSQLServer.isMissing)
    )
    func namesDatabase() async throws {
        let url = try #require(PostgreSQLServer.sharedURL)
        let settings = DestinationSettings(url: url, options: ["dbname": "nowhere"])
        let destination = try DestinationKind.open(settings, logger: Logger(label: "test"))
        let fixture = try DestinationFixture(.postgresql)
        let error = await #expect(throws: DestinationError.self) { try await destination.check(fixture.schema) }
        #expect(mend(error) == "CREATE DATABASE \"nowhere\"")
    }

    @Test("a refusal names the column and not the value", .enabled(if: isHere, PostgreSQLServer.isMissing))
    func hidesValues() async throws {
        try await withFixture(.postgresql) { fixture in
            let schema = try await fixture.open()
            let row = TestRow("1", 1, ["id": 1, "score": .decimal("canary")])
            let error = await #expect(throws: DestinationError.self) {
                try await schema.load(
                    changes: [.createTable(TestTables.tickets)],
                    [TableLoad(TestTables.tickets, [row])]
                )
            }
            #expect(
                error
                    == .refused(
                        "value that is not of the column's type (SQLSTATE 22P03) in table tickets, column score"
                    )
            )
            // The session is as good as before.
            try await schema.load(changes: [.createTable(TestTables.tickets)])
            await schema.close()
        }
    }

    @Test(
        "a table's name of 63 bytes is kept, a longer one is cut and known by its full name",
        .enabled(if: isHere, PostgreSQLServer.isMissing)
    )
    func cutsLongNames() async throws {
        try await withFixture(.postgresql) { fixture in
            let schema = try await fixture.open()
            var table = TestTables.tickets
            table.name = String(repeating: "x", count: 64)
            try await schema.load(changes: [.createTable(table)])
            #expect(try await schema.catalog().tables.keys.contains(table.name))
            #expect(try fixture.query("SELECT full_name FROM _deskpipe_names") == [[table.name]])
            table.name.removeLast()
            try await schema.load(changes: [.createTable(table)])
            #expect(try await schema.catalog().tables.keys.contains(table.name))
            await schema.close()
        }
    }

    @Test("a lock that is not to be had in time is a lock timeout", .enabled(if: isHere, PostgreSQLServer.isMissing))
    func timesOut() async throws {
        try await withFixture(.postgresql) { fixture in
            let schema = try await fixture.open()
            try await schema.load(changes: [.createTable(TestTables.tickets)])
            let parameters = try #require(PQURL.parameters(of: fixture.url))
            let other = try PQConnection(parameters: parameters)
            try other.execute("BEGIN; LOCK TABLE \(fixture.schema).tickets IN ACCESS EXCLUSIVE MODE")
            let error = await #expect(throws: DestinationError.self) {
                _ = try await schema.load(batch) { _ in Conclusion(reports: [], outbox: []) }
            }
            guard case .lockTimeout = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            try other.execute("ROLLBACK")
            _ = try await schema.load(batch) { _ in Conclusion(reports: [], outbox: []) }
            await schema.close()
        }
    }

    private let message = OutboxMessage(id: "m", topic: "t", key: "k", body: "{}")

    private let batch = LoadBatch(
        tables: [TableLoad(TestTables.tickets, [TestRow("1", 1, ["id": 1])])],
        positions: [
            PositionChange(expected: nil, new: LogPosition(topic: "t", partition: 0, nextOffset: 1, sequence: 1))
        ]
    )

    private func mend(_ error: DestinationError?) -> String? {
        if case .forbidden(_, let mend) = error { mend } else { nil }
    }
}

extension DestinationFixture {
    /// Waits until the destination's session waits for an event, and ends the session.
    func endSession(waitingFor event: String) async throws {
        let find = """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'deskpipe' AND wait_event = '\(event)' AND query = 'COMMIT'
            """
        let deadline = ContinuousClock.now + .seconds(600)
        while try query(find).isEmpty {
            try #require(ContinuousClock.now < deadline, "no session waits for \(event)")
            await Task.yield()
        }
    }

    /// Makes commits wait for a standby, from now on.
    func awaitStandby(_ name: String) throws {
        try query("ALTER SYSTEM SET synchronous_standby_names = '\(name)'")
        try query("SELECT pg_reload_conf()")
        // A session that began after the reload shows it. Waiting is switched on by the checkpointer, which then has
        // been told and looks before it does what it is asked for.
        while try query("SHOW synchronous_standby_names") != [[name]] {}
        try query("CHECKPOINT")
    }

    /// Runs a statement whose commit does not wait for standbys.
    func query(_ sql: String, synchronous: Bool) throws {
        let connection = try PQConnection(parameters: PQURL.parameters(of: url) ?? [:])
        try connection.execute("SET synchronous_commit = \(synchronous ? "on" : "local")")
        try connection.execute(sql)
    }
}
