import Destinations
import Loader
import Model
import Testing

@Suite("Destination: who owns a schema")
struct OwnershipTests {
    static let kinds = DestinationFixture.kinds

    @Test("a schema belongs to the connection that opened it first", arguments: kinds)
    func refusesAnotherConnection(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            await (try await fixture.open()).close()
            await (try await fixture.open()).close()
            let others = [
                DestinationFixture.owner(connection: "other"),
                DestinationFixture.owner(connection: "support", source: .chat),
            ]
            for other in others {
                let error = await #expect(throws: DestinationError.self) {
                    _ = try await fixture.destination.open(fixture.schema, owner: other)
                }
                #expect(error == .ownedByOther(schema: fixture.schema, owner: "acme/support (zendesk-support)"))
            }
            let row = try fixture.query("SELECT tenant, connection, format FROM _deskpipe_owner")
            #expect(row == [["acme", "support", fixture.format]])
        }
    }

    @Test("a schema with tables that Deskpipe did not make is left as it is", arguments: kinds)
    func refusesForeignTables(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            try fixture.makeForeign("CREATE TABLE tickets (id integer)")
            let error = await #expect(throws: DestinationError.self) { _ = try await fixture.open() }
            guard case .ownedByOther(fixture.schema, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try fixture.relations() == ["tickets"])
        }
    }

    @Test("bookkeeping of a newer version is refused", arguments: kinds)
    func refusesNewerFormat(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            await (try await fixture.open()).close()
            try fixture.setFormat(3)
            await #expect(throws: DestinationError.newerFormat(schema: fixture.schema, format: 3)) {
                _ = try await fixture.open()
            }
        }
    }

    @Test(
        "bookkeeping of an older version is brought up to date, with what it holds",
        arguments: kinds.filter { $0 != .files }
    )
    func migratesOlderFormat(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let first = try await fixture.open()
            try await first.load(
                changes: [.createTable(TestTables.tickets)],
                [TableLoad(TestTables.tickets, [TestRow("1", 1, ["id": 1, "subject": "kept"])])]
            )
            await first.close()
            try fixture.query("DROP TABLE _deskpipe_names")
            try fixture.query("DROP TABLE _deskpipe_streams")
            try fixture.query("UPDATE _deskpipe_owner SET format = 1")
            let schema = try await fixture.open()
            #expect(try await schema.catalog().tables["tickets"] == TestTables.tickets)
            try await schema.load([TableLoad(TestTables.tickets, [TestRow("1", 2, ["id": 1, "subject": "newer"])])])
            #expect(try fixture.query("SELECT subject FROM tickets") == [["newer"]])
            #expect(try fixture.query("SELECT format FROM _deskpipe_owner") == [["2"]])
            #expect(try fixture.query("SELECT count(*) FROM _deskpipe_names") == [["0"]])
            await schema.close()
        }
    }

    @Test("check proves that loading works and leaves nothing, before and after the schema is there", arguments: kinds)
    func checks(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            try await fixture.destination.check(fixture.schema)
            #expect(try !fixture.exists())
            await (try await fixture.open()).close()
            try await fixture.destination.check(fixture.schema)
            #expect(try !fixture.relations().contains { $0.contains("check") })
        }
    }
}
