import Destinations
import Foundation
import Loader
import Model
import Testing

@Suite("Destination: tables of streams that are read anew")
struct TableResetTests {
    /// Databases; what only files have is tested with them.
    static let kinds = DestinationFixture.kinds.filter { $0 != .files }
    /// Those that a reset puts right.
    static let cases = ChangedTableTests.cases.filter { !$0.1.said.contains("no table") }
    private let time = Timestamp(seconds: 1_763_632_800)

    private static func schema(reset: Int64) -> StreamSchema {
        var schema = RecordLoader.tickets
        schema.reset = reset
        return schema
    }

    @Test("a reset puts right what another hand did, once", arguments: cases)
    func putsRight(kind: DestinationKind, harm: ChangedTableTests.Harm) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            try await loader.load(#"{"id":1,"text":"a","tags":["x"]}"#, #"{"id":2,"tags":["y","z"]}"#)
            try harm.happen(in: fixture)
            loader = try await RecordLoader(schema)
            try await loader.declare(Self.schema(reset: 7), sequence: 10)
            try await loader.load(#"{"id":1,"text":"a","tags":["x"]}"#, #"{"id":2,"tags":["y","z"]}"#, from: 11)
            #expect(try fixture.query("SELECT id, text FROM tickets ORDER BY id") == [["1", "a"], ["2", nil]])
            #expect(try fixture.query("SELECT value FROM tickets__tags ORDER BY value") == [["x"], ["y"], ["z"]])
            let missing = "SELECT count(*) FROM tickets WHERE _sdc_received_at IS NULL OR _sdc_sequence IS NULL"
            #expect(try fixture.query(missing) == [["0"]])
            await schema.close()
            // The mark is known for good: the same reset does nothing again.
            let second = try await fixture.open()
            try harm.happen(in: fixture)
            loader = try await RecordLoader(second)
            await #expect(throws: DestinationError.tableChanged(stream: "tickets", harm.said)) {
                try await loader.declare(Self.schema(reset: 7), sequence: 20)
                try await loader.load(#"{"id":3}"#, from: 21)
            }
            loader = try await RecordLoader(second)
            try await loader.declare(Self.schema(reset: 8), sequence: 30)
            try await loader.load(#"{"id":3,"tags":[]}"#, from: 31)
            #expect(try fixture.query("SELECT text FROM tickets WHERE id = 3") == [[nil]])
            await second.close()
        }
    }

    @Test("tables that are whole keep their rows, a user's column and a user's view", arguments: kinds)
    func keepsWholeTables(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            try await loader.load(#"{"id":1,"text":"a","tags":["x"]}"#, #"{"id":2,"text":"b"}"#)
            try fixture.query("ALTER TABLE tickets ADD COLUMN note text")
            try fixture.query("UPDATE tickets SET note = 'mine'")
            try fixture.query("CREATE VIEW shown AS SELECT id, note FROM tickets")
            try fixture.query("DROP TABLE tickets__tags")
            loader = try await RecordLoader(schema)
            try await loader.declare(Self.schema(reset: 7), sequence: 10)
            try await loader.load(#"{"id":1,"text":"c","tags":["x"]}"#, from: 11)
            #expect(try fixture.query("SELECT id, text, note FROM tickets ORDER BY id").count == 2)
            #expect(try fixture.query("SELECT id, note FROM shown WHERE id = 2") == [["2", "mine"]])
            #expect(try fixture.query("SELECT value FROM tickets__tags") == [["x"]])
            await schema.close()
        }
    }

    @Test(
        "rows of sub-tables do not outlive a table that is made anew",
        arguments: kinds,
        ["DROP TABLE", "DELETE FROM"]
    )
    func removesOrphans(kind: DestinationKind, harm: String) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            try await loader.load(#"{"id":1,"tags":["x"]}"#, #"{"id":2,"tags":["y"]}"#)
            try fixture.query("\(harm) tickets")
            loader = try await RecordLoader(schema)
            try await loader.declare(Self.schema(reset: 7), sequence: 10)
            try await loader.load(#"{"id":2,"tags":["z"]}"#, from: 11)
            #expect(try fixture.query("SELECT _sdc_source_key_id, value FROM tickets__tags") == [["2", "z"]])
            await schema.close()
        }
    }

    @Test("a view that is made of a damaged table is named, and nothing is dropped with it", arguments: kinds)
    func namesDependents(kind: DestinationKind) async throws {
        guard kind == .postgresql else { return }
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            try await loader.load(#"{"id":1,"text":"a"}"#)
            try fixture.query("CREATE VIEW \"My view\" AS SELECT id FROM tickets")
            try fixture.query("ALTER TABLE tickets DROP COLUMN _sdc_received_at")
            loader = try await RecordLoader(schema)
            let error = await #expect(throws: DestinationError.self) {
                try await loader.declare(Self.schema(reset: 7), sequence: 10)
            }
            #expect(error?.leftOutStream == "tickets")
            #expect(error?.message.contains("\(fixture.schema).\"My view\" is made of it; drop that") == true)
            #expect(try fixture.query("SELECT id FROM \"My view\"") == [["1"]])
            try fixture.query("DROP VIEW \"My view\"")
            try fixture.query("CREATE TABLE other (id bigint REFERENCES tickets)")
            loader = try await RecordLoader(schema)
            let other = await #expect(throws: DestinationError.self) {
                try await loader.declare(Self.schema(reset: 7), sequence: 10)
            }
            #expect(other?.leftOutStream == "tickets")
            #expect(try fixture.query("SELECT id FROM tickets") == [["1"]])
            try fixture.query("DROP TABLE other")
            loader = try await RecordLoader(schema)
            try await loader.declare(Self.schema(reset: 7), sequence: 10)
            #expect(try fixture.query("SELECT count(*) FROM tickets") == [["0"]])
            await schema.close()
        }
    }

    @Test("something in a table's place is left alone, and said", arguments: kinds)
    func leavesViews(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            try await loader.load(#"{"id":1,"text":"a"}"#)
            try fixture.query("ALTER TABLE tickets RENAME TO mine")
            try fixture.query("CREATE VIEW tickets AS SELECT * FROM mine")
            loader = try await RecordLoader(schema)
            let error = await #expect(throws: DestinationError.self) {
                try await loader.declare(Self.schema(reset: 7), sequence: 10)
            }
            #expect(error?.message.contains("tickets is no table any more; give that another name") == true)
            try fixture.query("DROP VIEW tickets")
            loader = try await RecordLoader(schema)
            try await loader.declare(Self.schema(reset: 7), sequence: 10)
            #expect(try fixture.query("SELECT count(*) FROM tickets") == [["0"]])
            #expect(try fixture.query("SELECT count(*) FROM mine") == [["1"]])
            await schema.close()
        }
    }

    @Test("a kept list's rows are written again although they did not change", arguments: kinds)
    func writesUnchanged(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let rows = { (version: Int64, ids: [Int64]) in
                TableLoad(
                    TestTables.groups,
                    ids.map { id in
                        TestRow("\(id)", version * 10 + id, version: version, digest: "d\(id)", ["id": .integer(id)])
                    }
                )
            }
            try await schema.load(changes: [.createTable(TestTables.groups)], [rows(1, [1, 2, 3])])
            try fixture.query("DELETE FROM groups WHERE id <> 3")
            let complete = VersionChange(table: "groups", tableVersion: 2, time: time)
            let batch = LoadBatch(
                resets: [TableReset(table: "groups")],
                tables: [rows(2, [1, 2])],
                versions: [complete]
            )
            let outcome = try await schema.load(batch) { _ in Conclusion(reports: [], outbox: []) }
            #expect(outcome.tables["groups"]?.unchanged == 0)
            // What does not come again is still known to be gone.
            let query = "SELECT id, \(fixture.time("_sdc_deleted_at")) FROM groups ORDER BY id"
            #expect(
                try fixture.query(query) == [["1", nil], ["2", nil], ["3", "2025-11-20T10:00:00.000000Z"]]
            )
            let repeated = try await schema.load([rows(3, [1, 2])])
            #expect(repeated.tables["groups"]?.unchanged == 2)
            await schema.close()
        }
    }

    @Test("files: a list whose records are not known any more is written again, and one that is gone is marked")
    func resetsFilesOfKeys() async throws {
        try await withFixture(.files) { fixture in
            let schema = try await fixture.open()
            let rows = { (version: Int64, ids: [Int64]) in
                TableLoad(
                    TestTables.groups,
                    ids.map { id in
                        TestRow("\(id)", version * 10 + id, version: version, digest: "d\(id)", ["id": .integer(id)])
                    }
                )
            }
            try await schema.load(changes: [.createTable(TestTables.groups)], [rows(1, [1, 2, 3])])
            let reset = LoadBatch(
                resets: [TableReset(table: "groups")],
                tables: [rows(2, [1, 2])],
                versions: [VersionChange(table: "groups", tableVersion: 2, time: time)]
            )
            let outcome = try await schema.load(reset) { _ in Conclusion(reports: [], outbox: []) }
            #expect(outcome.tables["groups"]?.unchanged == 0 && outcome.tables["groups"]?.deleted == 1)
            let keys = "\(fixture.path)/_deskpipe/keys"
            for name in try FileManager.default.contentsOfDirectory(atPath: keys) {
                try FileManager.default.removeItem(atPath: "\(keys)/\(name)")
            }
            let error = await #expect(throws: DestinationError.self) { try await schema.load([rows(3, [1, 2])]) }
            #expect(error?.leftOutStream == "groups")
            let again = LoadBatch(resets: [TableReset(table: "groups")], tables: [rows(4, [1, 2])])
            let written = try await schema.load(again) { _ in Conclusion(reports: [], outbox: []) }
            #expect(written.tables["groups"]?.inserted == 2)
            #expect(try await schema.load([rows(5, [1, 2])]).tables["groups"]?.unchanged == 2)
            await schema.close()
        }
    }

    @Test("a trial of a reset leaves all as it was, and so does one that comes too late", arguments: kinds)
    func leavesNoTrace(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let table = TestTables.tagCounts
            let load = TableLoad(table, [TestRow("a", 1, version: 1, ["name": "a"])])
            let position = LogPosition(topic: "t", partition: 0, nextOffset: 5, sequence: 1)
            let first = LoadBatch(
                changes: [.createTable(table)],
                tables: [load],
                positions: [PositionChange(expected: nil, new: position)]
            )
            _ = try await schema.load(first) { _ in Conclusion(reports: [], outbox: []) }
            try fixture.query("ALTER TABLE tags RENAME COLUMN _sdc_sequence TO moved")
            #expect(try await schema.catalog().damaged == ["tags"])
            var reset = LoadBatch(
                resets: [TableReset(table: "tags")],
                changes: [.createTable(table)],
                tables: [load],
                positions: [PositionChange(expected: nil, new: position)]
            )
            #expect(try await schema.accepts(reset))
            #expect(try fixture.query("SELECT name, moved FROM tags") == [["a", "1"]])
            await #expect(throws: DestinationError.positionMoved) {
                try await schema.load(reset) { _ in Conclusion(reports: [], outbox: []) }
            }
            #expect(try fixture.query("SELECT name, moved FROM tags") == [["a", "1"]])
            reset.positions = []
            let outcome = try await schema.load(reset) { _ in Conclusion(reports: [], outbox: []) }
            #expect(outcome.tables["tags"]?.inserted == 1)
            #expect(try fixture.query("SELECT name, _sdc_sequence FROM tags") == [["a", "1"]])
            #expect(try await schema.catalog().damaged.isEmpty)
            await schema.close()
        }
    }
}
