import Destinations
import Loader
import Model
import TestSupport
import Testing

/// How staged rows get into their tables: which way is taken shows nowhere but in the time that it takes.
@Suite("PostgreSQL: moving rows")
struct PostgreSQLMoveTests {
    private static let isHere = PostgreSQLServer.sharedURL != nil
    private let create: [SchemaChange] = [.createTable(TestTables.tickets), .createTable(TestTables.tags)]

    @Test(
        "a decimal has the value and the digits that the server gives its text",
        .enabled(if: isHere, PostgreSQLServer.isMissing)
    )
    func sendsDecimals() async throws {
        var generator = Generator(state: 7)
        let odd = [
            "0", "-0", "0.0", "-0.000", "1", "9999", "10000", "10000.0001", "0.0001", "0.00001", "123456789.000000001",
            "1e0", "1E+2", "1.50e1", "12.5e-3", "1e-16383", "1e131071", "0e5", "0e-7", "100e-2", "-1.0e-4", "5e3",
        ]
        let decimals = odd + (0..<300).map { _ in generator.decimal() }
        try await withFixture(.postgresql) { fixture in
            let schema = try await fixture.open()
            let rows = decimals.enumerated().map { place, text in
                TestRow("\(place)", 1, ["id": .integer(Int64(place)), "score": .decimal(text)])
            }
            try await schema.load(changes: create, [TableLoad(TestTables.tickets, rows)])
            let texts = decimals.map { "('\($0)')" }.joined(separator: ", ")
            let expected = try fixture.query("SELECT x::numeric::text FROM (VALUES \(texts)) v (x)")
            #expect(try fixture.query("SELECT score::text FROM tickets ORDER BY id") == expected)
            await schema.close()
        }
    }

    @Test(
        "a value that is not of its column's type or range is refused by its column",
        .enabled(if: isHere, PostgreSQLServer.isMissing)
    )
    func refusesMisfits() async throws {
        let misfits: [(String, TestValue)] = [
            ("id", true), ("id", "1"), ("score", true), ("score", "one"), ("is_open", 1), ("created_at", 0),
            ("created_at", .timestamp(Timestamp(microseconds: .min))),
            ("created_at", .timestamp(Timestamp(microseconds: .max))),
            ("created_at", .timestamp(Timestamp(microseconds: 253_402_300_800_000_000))),
        ]
        try await withFixture(.postgresql) { fixture in
            let schema = try await fixture.open()
            try await schema.load(changes: create)
            for (column, value) in misfits {
                let error = await #expect(throws: DestinationError.self) {
                    try await schema.load([TableLoad(TestTables.tickets, [TestRow("1", 1, [column: value])])])
                }
                guard case .refused(let reason) = error else {
                    Issue.record("\(column): \(String(describing: error))")
                    continue
                }
                #expect(reason.hasSuffix("column \(column)"))
            }
            let first = Timestamp(microseconds: -62_135_596_800_000_000)
            let last = Timestamp(microseconds: 253_402_300_799_999_999)
            let rows = [first, last].enumerated().map { place, time in
                TestRow("\(place)", 1, ["id": .integer(Int64(place)), "created_at": .timestamp(time)])
            }
            try await schema.load([TableLoad(TestTables.tickets, rows)])
            let found = try fixture.query("SELECT created_at::text FROM tickets ORDER BY id")
            #expect(found == [["0001-01-01 00:00:00+00"], ["9999-12-31 23:59:59.999999+00"]])
            await schema.close()
        }
    }

    @Test(
        "a batch of new, replaced and superseded records has the sub-rows of those that count",
        .enabled(if: isHere, PostgreSQLServer.isMissing)
    )
    func movesMixed() async throws {
        try await withFixture(.postgresql) { fixture in
            let schema = try await fixture.open()
            try await schema.load(changes: create, [load([ticket(1, 5, ["a", "b"]), ticket(2, 5, ["c"])])])
            let mixed = load([ticket(1, 6, ["d"]), ticket(2, 4, ["x", "y"]), ticket(3, 6, ["e", "f"])])
            let outcome = try await schema.load([mixed]).tables["tickets"]
            #expect(outcome?.inserted == 1)
            #expect(outcome?.updated == 1)
            #expect(outcome?.superseded == 1)
            #expect(outcome?.subtables == ["tickets__tags": 3])
            #expect(try fixture.query(Self.tags) == [["1", "d"], ["2", "c"], ["3", "e"], ["3", "f"]])
            let again = try await schema.load([load([ticket(1, 7, []), ticket(2, 7, ["g"]), ticket(3, 7, ["h"])])])
            #expect(again.tables["tickets"]?.updated == 3)
            #expect(again.tables["tickets"]?.subtables == ["tickets__tags": 2])
            #expect(try fixture.query(Self.tags) == [["2", "g"], ["3", "h"]])
            await schema.close()
        }
    }

    @Test(
        "sub-rows whose record someone deleted are replaced when it comes again",
        .enabled(if: isHere, PostgreSQLServer.isMissing)
    )
    func replacesOrphans() async throws {
        try await withFixture(.postgresql) { fixture in
            let schema = try await fixture.open()
            try await schema.load(changes: create, [load([ticket(1, 1, ["a", "b"]), ticket(2, 1, ["c"])])])
            try fixture.query("DELETE FROM tickets WHERE id = 1")
            let outcome = try await schema.load([load([ticket(1, 2, ["d"])])]).tables["tickets"]
            #expect(outcome?.inserted == 1)
            #expect(try fixture.query(Self.tags) == [["1", "d"], ["2", "c"]])
            await schema.close()
        }
    }

    @Test(
        "a row that another hand puts in between makes the batch an upsert, and nothing is refused",
        .enabled(if: isHere, PostgreSQLServer.isMissing)
    )
    func meetsAnother() async throws {
        try await withFixture(.postgresql) { fixture in
            let schema = try await fixture.open()
            try await schema.load(changes: create)
            // Puts the row in when the first statement that writes the batch's rows has begun; what that one undoes
            // leaves the sequence alone.
            try fixture.query(
                """
                CREATE SEQUENCE \(fixture.schema).turns;
                CREATE FUNCTION \(fixture.schema).other() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN IF nextval(''\(fixture.schema).turns'') = 1 THEN
                    INSERT INTO \(fixture.schema).tickets (id, subject, _sdc_sequence) VALUES (2, ''other'', 1);
                END IF; RETURN NULL; END';
                CREATE TRIGGER other BEFORE INSERT ON \(fixture.schema).tickets
                FOR EACH STATEMENT EXECUTE FUNCTION \(fixture.schema).other();
                """
            )
            let outcome = try await schema.load([load([ticket(1, 2, ["a"]), ticket(2, 2, ["b"])])]).tables["tickets"]
            #expect(outcome?.inserted == 2)
            #expect(try fixture.query("SELECT last_value > 2 FROM turns") == [["t"]])
            #expect(try fixture.query("SELECT id, subject FROM tickets ORDER BY 1") == [["1", "new"], ["2", "new"]])
            #expect(try fixture.query(Self.tags) == [["1", "a"], ["2", "b"]])
            await schema.close()
        }
    }

    @Test(
        "a row that others refer to, or have added a column to, is never deleted to be replaced",
        .enabled(if: isHere, PostgreSQLServer.isMissing)
    )
    func keepsWhatOthersHold() async throws {
        try await withFixture(.postgresql) { fixture in
            let schema = try await fixture.open()
            try await schema.load(changes: create, [load([ticket(1, 1, ["a"]), ticket(2, 1, ["b"])])])
            try fixture.query("CREATE TABLE notes (ticket bigint REFERENCES tickets (id) ON DELETE CASCADE)")
            try fixture.query("INSERT INTO notes VALUES (1), (2)")
            let first = try await schema.load([load([ticket(1, 2, ["c"]), ticket(2, 2, ["d"])])]).tables["tickets"]
            #expect(first?.updated == 2)
            #expect(try fixture.query("SELECT count(*) FROM notes") == [["2"]])
            try fixture.query("DROP TABLE notes")
            try fixture.query("ALTER TABLE tickets ADD COLUMN note varchar(9)")
            try fixture.query("UPDATE tickets SET note = 'mine'")
            let second = try await schema.load([load([ticket(1, 3, ["e"]), ticket(2, 3, ["f"])])]).tables["tickets"]
            #expect(second?.updated == 2)
            #expect(
                try fixture.query("SELECT note, _sdc_sequence FROM tickets ORDER BY id") == [
                    ["mine", "3"], ["mine", "3"],
                ]
            )
            #expect(try fixture.query(Self.tags) == [["1", "e"], ["2", "f"]])
            await schema.close()
        }
    }

    @Test(
        "what a load that failed left in staging is not loaded with the next",
        .enabled(if: isHere, PostgreSQLServer.isMissing)
    )
    func forgetsFailed() async throws {
        try await withFixture(.postgresql) { fixture in
            let schema = try await fixture.open()
            try await schema.load(changes: create, [load([ticket(1, 1, ["a"])])])
            try fixture.query("ALTER TABLE tickets ADD CONSTRAINT small CHECK (id < 100)")
            await #expect(throws: DestinationError.self) { try await schema.load([load([ticket(100, 1, ["b"])])]) }
            try fixture.query("ALTER TABLE tickets DROP CONSTRAINT small")
            let outcome = try await schema.load([load([ticket(2, 1, ["c"])])]).tables["tickets"]
            #expect(outcome?.inserted == 1)
            #expect(try fixture.query(Self.tags) == [["1", "a"], ["2", "c"]])
            await schema.close()
        }
    }

    private static let tags = "SELECT _sdc_source_key_id, value FROM tickets__tags ORDER BY 1, _sdc_level_0_id"

    private func load(_ rows: [TestRow]) -> TableLoad {
        TableLoad(TestTables.tickets, rows, subtables: [TestTables.tags])
    }

    private func ticket(_ id: Int64, _ sequence: Int64, _ tags: [String]) -> TestRow {
        TestRow(
            "\(id)",
            sequence,
            ["id": .integer(id), "subject": "new"],
            subrows: ["tickets__tags": TestTables.tags(id, tags)]
        )
    }
}

/// Decimal texts, the same at each run.
private struct Generator {
    var state: UInt64

    mutating func next(below bound: UInt64) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % bound)
    }

    mutating func decimal() -> String {
        var text = next(below: 2) == 0 ? "-" : ""
        let whole = next(below: 12)
        text += whole == 0 ? "0" : "\(1 + next(below: 9))"
        for _ in 1..<max(whole, 1) { text += "\(next(below: 10))" }
        let fraction = next(below: 12)
        if fraction > 0 { text += "." }
        for _ in 0..<fraction { text += "\(next(below: 3) * next(below: 5))" }
        if next(below: 3) == 0 { text += "e\(next(below: 40) - 20)" }
        return text
    }
}
