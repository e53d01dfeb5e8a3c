import Destinations
import Foundation
import Loader
import Model
import Testing

@Suite("Destination: tables that another hand changed")
struct ChangedTableTests {
    static let kinds = DestinationFixture.kinds

    /// What someone does to a table, and what is said of it.
    struct Harm: CustomTestStringConvertible {
        /// Statements for databases.
        var sql: [String]
        /// The same in a directory of files; nil for what cannot happen there, as lines have no columns to take away.
        var files: (@Sendable (DestinationFixture) throws -> Void)?
        var said: String

        var testDescription: String { sql.joined(separator: "; ") }

        func happen(in fixture: DestinationFixture) throws {
            guard fixture.kind != .files else {
                try files?(fixture)
                return
            }
            for statement in sql { try fixture.query(statement) }
        }
    }

    static let harms = [
        Harm(
            sql: ["DROP TABLE tickets"],
            files: { try $0.removeFile("table=tickets") },
            said: "table tickets was dropped"
        ),
        Harm(
            sql: ["DROP TABLE tickets__tags"],
            files: { try $0.removeFile("table=tickets__tags") },
            said: "table tickets__tags was dropped"
        ),
        Harm(
            sql: ["DELETE FROM tickets"],
            files: { fixture in
                for part in try fixture.parts(of: "tickets") { try fixture.removeFile(part) }
            },
            said: "table tickets was emptied"
        ),
        Harm(
            sql: ["ALTER TABLE tickets DROP COLUMN _sdc_received_at"],
            said: "table tickets lost its column _sdc_received_at"
        ),
        Harm(
            sql: ["ALTER TABLE tickets RENAME COLUMN _sdc_sequence TO moved"],
            said: "table tickets lost its column _sdc_sequence"
        ),
        Harm(
            sql: ["ALTER TABLE tickets__tags DROP COLUMN _sdc_sequence"],
            said: "table tickets__tags lost its column _sdc_sequence"
        ),
        Harm(
            sql: ["ALTER TABLE tickets RENAME TO mine", "CREATE VIEW tickets AS SELECT * FROM mine"],
            files: { fixture in
                try fixture.removeFile("table=tickets")
                try Data().write(to: URL(fileURLWithPath: "\(fixture.path)/table=tickets"))
            },
            said: "table tickets was replaced by something that is no table"
        ),
    ]

    /// Each harm in each kind of destination that it can happen to.
    static let cases = kinds.flatMap { kind in
        harms.filter { kind != .files || $0.files != nil }.map { (kind, $0) }
    }

    @Test("loading stops there with the command that resets it, at once and after a restart", arguments: cases)
    func refuses(kind: DestinationKind, harm: Harm) async throws {
        try await withFixture(kind) { fixture in
            let first = try await fixture.open()
            var loader = try await RecordLoader(first)
            try await loader.load(#"{"id":1,"text":"a","tags":["x"]}"#)
            try harm.happen(in: fixture)
            try await expect(harm, loader)
            await first.close()
            let second = try await fixture.open()
            try await expect(harm, try await RecordLoader(second))
            try await second.load(
                changes: [.createTable(TestTables.groups)],
                [TableLoad(TestTables.groups, [TestRow("1", 1, version: 1, digest: "d", ["id": 1, "name": "n"])])]
            )
            #expect(try fixture.query("SELECT name FROM groups") == [["n"]], "other tables load")
            await second.close()
        }
    }

    private func expect(_ harm: Harm, _ loader: RecordLoader) async throws {
        var loader = loader
        let error = await #expect(throws: DestinationError.self) {
            try await loader.load(#"{"id":2,"tags":["y"]}"#, from: 2)
        }
        #expect(error == .tableChanged(stream: "tickets", harm.said))
        #expect(error?.message.contains("--connection <connection> --stream tickets") == true)
    }

    /// Files have tests of their own for what may be removed there.
    @Test("columns and rows that someone else may remove are no harm", arguments: kinds.filter { $0 != .files })
    func takesHarmlessChanges(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            try await loader.load(#"{"id":1,"text":"a","fresh":1}"#, #"{"id":2,"text":"b"}"#)
            await schema.close()
            try fixture.query("ALTER TABLE tickets DROP COLUMN fresh")
            try fixture.query("DELETE FROM tickets WHERE id = 1")
            try fixture.query("CREATE VIEW broken AS SELECT * FROM tickets")
            let second = try await fixture.open()
            loader = try await RecordLoader(second)
            try await loader.load(#"{"id":2,"fresh":2}"#, from: 3)
            #expect(try fixture.query("SELECT id, fresh FROM tickets") == [["2", "2"]])
            await second.close()
        }
    }

    @Test("a table that a complete read has emptied loads again", arguments: kinds)
    func reloadsEmptyVersions(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let row = { (version: Int64, name: String) in
                TableLoad(TestTables.tagCounts, [TestRow(name, version, version: version, ["name": .text(name)])])
            }
            try await schema.load(changes: [.createTable(TestTables.tagCounts)], [row(1, "a")])
            let end = VersionChange(table: "tags", tableVersion: 2, time: Timestamp(seconds: 1_795_168_000))
            try await schema.load([], versions: [end])
            #expect(try fixture.query("SELECT count(*) FROM tags") == [["0"]])
            try await schema.load([row(3, "b")])
            #expect(try fixture.query("SELECT name FROM tags") == [["b"]])
            await schema.close()
        }
    }
}
