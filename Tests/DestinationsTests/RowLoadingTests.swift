import Destinations
import Loader
import Model
import Testing

@Suite("Destination: rows")
struct RowLoadingTests {
    static let kinds = DestinationFixture.kinds
    private let create: [SchemaChange] = [.createTable(TestTables.tickets), .createTable(TestTables.tags)]

    @Test("a batch makes its tables and writes every type", arguments: kinds)
    func createsAndWrites(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let time = Timestamp(microseconds: 1_763_632_800_123_456)
            let row = TestRow(
                "1",
                10,
                version: 7,
                [
                    "id": 1, "subject": "hello", "score": .decimal("0.1"), "is_open": true,
                    "created_at": .timestamp(time),
                ]
            )
            let outcome = try await schema.load(changes: create, [TableLoad(TestTables.tickets, [row])])
            #expect(outcome.tables["tickets"]?.inserted == 1)
            let columns = "id, subject, score, is_open, _sdc_sequence, _sdc_table_version"
            let rows = try fixture.query(
                "SELECT \(columns), \(fixture.time("created_at")), \(fixture.time("_sdc_batched_at")) FROM tickets"
            )
            #expect(
                rows == [
                    [
                        "1", "hello", "0.1", fixture.text(true), "10", "7", "2025-11-20T10:00:00.123456Z",
                        outcome.batchedAt.formatted(.microseconds),
                    ]
                ]
            )
            await schema.close()
        }
    }

    @Test("a newer sequence replaces a row, an older or equal one never does", arguments: kinds)
    func newestWins(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let outcomes = [
                try await schema.load(changes: create, [tickets([TestRow("1", 10, ["id": 1, "subject": "ten"])])]),
                try await schema.load([tickets([TestRow("1", 9, ["id": 1, "subject": "nine"])])]),
                try await schema.load([tickets([TestRow("1", 10, ["id": 1, "subject": "ten again"])])]),
                try await schema.load([tickets([TestRow("1", 11, ["id": 1, "subject": "eleven"])])]),
            ].map { $0.tables["tickets"] ?? TableOutcome() }
            // Files are added to: which row is the newest is seen when they are read.
            #expect(outcomes.map(\.inserted) == (kind == .files ? [1, 1, 1, 1] : [1, 0, 0, 0]))
            #expect(outcomes.map(\.updated) == (kind == .files ? [0, 0, 0, 0] : [0, 0, 0, 1]))
            #expect(outcomes.map(\.superseded) == (kind == .files ? [0, 0, 0, 0] : [0, 1, 1, 0]))
            #expect(try fixture.query("SELECT subject, _sdc_sequence FROM tickets") == [["eleven", "11"]])
            await schema.close()
        }
    }

    @Test("a row is replaced whole: what the newer record lacks is NULL", arguments: kinds)
    func replacesWhole(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let full: KeyValuePairs<String, TestValue> = [
                "id": 1, "subject": "s", "score": .decimal("2.5"), "is_open": false,
            ]
            try await schema.load(changes: create, [tickets([TestRow("1", 1, version: 3, full)])])
            try await schema.load([tickets([TestRow("1", 2, ["id": 1, "is_open": true])])])
            let rows = try fixture.query("SELECT subject, score, is_open, _sdc_table_version FROM tickets")
            #expect(rows == [[nil, nil, fixture.text(true), nil]])
            await schema.close()
        }
    }

    @Test("some rows of a batch insert, some update, some lose", arguments: kinds)
    func mixes(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let old = (0..<100).map { TestRow("\($0)", 50, ["id": .integer($0), "subject": "old"]) }
            try await schema.load(changes: create, [tickets(old)])
            let new = (50..<200).map { id in
                TestRow("\(id)", id % 2 == 0 ? 60 : 40, ["id": .integer(id), "subject": "new"])
            }
            let outcome = try await schema.load([tickets(new)]).tables["tickets"]
            #expect(outcome?.inserted == (kind == .files ? 150 : 100))
            #expect(outcome?.updated == (kind == .files ? 0 : 25))
            #expect(outcome?.superseded == (kind == .files ? 0 : 25))
            #expect(try fixture.query("SELECT count(*) FROM tickets WHERE subject = 'new'") == [["125"]])
            await schema.close()
        }
    }

    @Test("sub-rows are replaced with their record: shrunk, emptied, left alone by an older one", arguments: kinds)
    func replacesSubrows(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let columns = "_sdc_source_key_id, _sdc_level_0_id, value, _sdc_sequence"
            let all = "SELECT \(columns) FROM tickets__tags ORDER BY 1, 2"
            let outcome = try await schema.load(
                changes: create,
                [tickets([ticket(1, 1, ["a", "b", "c"]), ticket(2, 1, ["x"])])]
            )
            #expect(outcome.tables["tickets"]?.subtables == ["tickets__tags": 4])
            #expect(
                try fixture.query(all) == [
                    ["1", "0", "a", "1"], ["1", "1", "b", "1"], ["1", "2", "c", "1"], ["2", "0", "x", "1"],
                ]
            )
            try await schema.load([tickets([ticket(1, 2, ["z"])])])
            #expect(try fixture.query(all) == [["1", "0", "z", "2"], ["2", "0", "x", "1"]])
            let superseded = try await schema.load([tickets([ticket(1, 1, ["old", "older"])])])
            let written = superseded.tables["tickets"]?.subtables["tickets__tags", default: 0]
            #expect(written == (kind == .files ? 2 : 0))
            #expect(try fixture.query(all) == [["1", "0", "z", "2"], ["2", "0", "x", "1"]])
            try await schema.load([tickets([ticket(1, 3, [])])])
            #expect(try fixture.query(all) == [["2", "0", "x", "1"]])
            // The batch does not name the sub-table at all: the record has none of its rows.
            try await schema.load([TableLoad(TestTables.tickets, [TestRow("2", 4, ["id": 2])])])
            #expect(try fixture.query(all).isEmpty)
            await schema.close()
        }
    }

    @Test("a column that a later batch adds is NULL in earlier rows", arguments: kinds)
    func addsColumns(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            try await schema.load(changes: create, [tickets([TestRow("1", 1, ["id": 1])])])
            var wider = TestTables.tickets
            let added = Column("Odd \"name\"; -- é", .text)
            wider.columns.append(added)
            let row = TestRow("2", 1, ["id": 2, "Odd \"name\"; -- é": "v"])
            let change = SchemaChange.addColumn(table: "tickets", added)
            // Twice, as after a commit whose answer was lost.
            try await schema.load(changes: [change], [TableLoad(wider, [row])])
            try await schema.load(changes: create + [change])
            let rows = try fixture.query("SELECT id, \"Odd \"\"name\"\"; -- é\" FROM tickets ORDER BY id")
            #expect(rows == [["1", nil], ["2", "v"]])
            #expect(try await schema.catalog().tables["tickets"] == wider)
            await schema.close()
        }
    }

    @Test("a repeat of an appended row is the same row", arguments: kinds)
    func appendsOnce(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let rows = ["e1", "e2"].map { TestRow($0, 1, ["__sdc_primary_key": .text($0), "name": "n"]) }
            try await schema.load(changes: [.createTable(TestTables.goals)], [TableLoad(TestTables.goals, [rows[0]])])
            let outcome = try await schema.load([TableLoad(TestTables.goals, rows)]).tables["goals"]
            #expect(outcome?.inserted == (kind == .files ? 2 : 1))
            #expect(outcome?.superseded == (kind == .files ? 0 : 1))
            #expect(try fixture.query("SELECT count(*) FROM goals") == [["2"]])
            await schema.close()
        }
    }

    private func tickets(_ rows: [TestRow]) -> TableLoad {
        TableLoad(TestTables.tickets, rows, subtables: [TestTables.tags])
    }

    private func ticket(_ id: Int64, _ sequence: Int64, _ tags: [String]) -> TestRow {
        TestRow("\(id)", sequence, ["id": .integer(id)], subrows: ["tickets__tags": TestTables.tags(id, tags)])
    }
}
