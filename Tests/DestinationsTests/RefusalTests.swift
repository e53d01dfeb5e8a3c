import Destinations
import Loader
import Model
import TestSupport
import Testing

/// Records that only the database itself refuses: found without failing the others, each with its own reason.
@Suite("Destination: records that the database refuses")
struct RefusalTests {
    private static let names = StreamSchema(
        stream: "names",
        key: ["name"],
        replication: .incremental,
        replicationKey: nil,
        columns: [ColumnDefinition(path: "name", type: .string)]
    )

    @Test(
        "what a rule of the database refuses is rejected alone, and replayed when the rule is gone",
        arguments: DestinationFixture.kinds.filter { $0 != .files }
    )
    func rule(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let stage = ReplayStage(schema: schema)
            _ = try await stage.load(["{\"id\":0}"], of: RecordLoader.tickets)
            if kind == .postgresql {
                try fixture.query("ALTER TABLE tickets ADD CONSTRAINT small CHECK (count < 100)")
            } else {
                try fixture.query(
                    """
                    CREATE TRIGGER small BEFORE INSERT ON tickets WHEN NEW.count >= 100
                    BEGIN SELECT RAISE(ABORT, 'too large'); END
                    """
                )
            }
            let records = (1...200).map { "{\"id\":\($0),\"count\":\([7, 70, 151].contains($0) ? 100 : 1)}" }
            let reasons = try await stage.load(records, of: RecordLoader.tickets, from: 1)
            #expect(reasons.keys.sorted() == [7, 70, 151])
            let expected =
                kind == .postgresql
                ? "the destination refused it: new row for relation \"tickets\" violates check constraint \"small\" "
                    + "(SQLSTATE 23514) in table tickets"
                : "the destination refused it: too large (SQLite 1811) in table tickets"
            #expect(Set(reasons.values) == [expected])
            #expect(try fixture.count("SELECT count(*) FROM tickets") == 198)
            #expect(try await stage.replay().map(\.remaining) == [3])
            #expect(try await schema.rejectedGroups(RejectedSelection()).map(\.reason) == [expected])
            try fixture.query(
                kind == .postgresql ? "ALTER TABLE tickets DROP CONSTRAINT small" : "DROP TRIGGER small"
            )
            #expect(try await stage.replay().map { [$0.loaded, $0.remaining] } == [[3, 0]])
            #expect(try fixture.count("SELECT count(*) FROM tickets WHERE count = 100") == 3)
            await schema.close()
        }
    }

    @Test(
        "in PostgreSQL a key that is too long for its index, and a row too wide for a page, reject their record alone",
        .enabled(if: PostgreSQLServer.sharedURL != nil, PostgreSQLServer.isMissing)
    )
    func limits() async throws {
        try await withFixture(.postgresql) { fixture in
            let schema = try await fixture.open()
            let stage = ReplayStage(schema: schema)
            var random = SplitMix64(seed: 4)
            let long = (0..<2000).map { _ in String(UInt64.random(in: 0 ... .max, using: &random), radix: 36) }
                .joined().prefix(9000)
            let mid = long.prefix(5000)
            let wide = (0..<1400).map { "\"f\($0)\":\($0)" }.joined(separator: ",")
            let records = [
                "{\"name\":\"a\"}", "{\"name\":\"\(long)\"}", "{\"name\":\"b\"}", "{\"name\":null}",
                "{\"name\":\"c\",\(wide)}", "{\"name\":\"\(mid)\"}", "{\"name\":\"d\"}",
            ]
            let reasons = try await stage.load(records, of: Self.names)
            #expect(
                reasons[2]
                    == "the destination refused it: a value is too long for an index (SQLSTATE 54000) in table names"
            )
            #expect(reasons[6] == reasons[2])
            #expect(reasons[4] == "the key field `name` is null or missing")
            #expect(
                reasons[5]
                    == "the destination refused it: the row has more values than fit a page (SQLSTATE 54000) in table names"
            )
            #expect(try fixture.query("SELECT name FROM names ORDER BY name") == [["a"], ["b"], ["d"]])
            await schema.close()
        }
    }

    @Test("a field beyond the database's column limit rejects the record", arguments: DestinationFixture.kinds)
    func columns(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let stage = ReplayStage(schema: schema)
            _ = try await stage.load(["{\"name\":\"a\"}"], of: Self.names)
            // Columns of the database's user count too, which the loader does not plan with.
            let added = kind == .sqlite ? 1985 : kind == .postgresql ? 1585 : 0
            if kind == .postgresql {
                let list = (0..<added).map { "ADD COLUMN u\($0) point" }.joined(separator: ", ")
                try fixture.query("ALTER TABLE names \(list)")
            } else if kind == .sqlite {
                for place in 0..<added { try fixture.query("ALTER TABLE names ADD COLUMN u\(place) BLOB") }
            }
            let fields = { (count: Int) in (0..<count).map { "\"f\($0)\":true" }.joined(separator: ",") }
            let records = [
                "{\"name\":\"b\"}", "{\"name\":\"c\",\(fields(kind == .files ? 1600 : 30))}", "{\"name\":\"d\"}",
            ]
            let reasons = try await stage.load(records, of: Self.names, from: 10)
            #expect(reasons.keys.sorted() == [11])
            #expect(reasons[11]?.contains("columns") == true, "\(reasons)")
            #expect(try fixture.query("SELECT name FROM names ORDER BY name") == [["a"], ["b"], ["d"]])
            await schema.close()
        }
    }

    @Test(
        "a value that a column cannot hold is refused by its column, without the value",
        .enabled(if: PostgreSQLServer.sharedURL != nil, PostgreSQLServer.isMissing)
    )
    func values() async throws {
        try await withFixture(.postgresql) { fixture in
            let schema = try await fixture.open()
            // The mapper lets no value pass that is beyond a type; should one come all the same, it is refused.
            try await schema.load(changes: [.createTable(TestTables.tickets)])
            let early = TestRow("1", 1, ["id": 1, "created_at": .timestamp(Timestamp(microseconds: -1 << 62))])
            let reason = try await schema.refusal(of: LoadBatch(tables: [TableLoad(TestTables.tickets, [early])]))
            #expect(reason == "date-time out of range (SQLSTATE 22008) in table tickets, column created_at")
            let stage = ReplayStage(schema: schema)
            let record = "{\"name\":\"n\",\"large\":1e200000,\"late\":\"99999-01-01T00:00:00Z\"}"
            #expect(try await stage.load([record], of: Self.names).isEmpty)
            #expect(try fixture.query("SELECT large__st, late FROM names") == [["1e200000", "99999-01-01T00:00:00Z"]])
            await schema.close()
        }
    }
}
