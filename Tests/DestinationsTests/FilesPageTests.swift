import Catalog
import Destinations
import Foundation
import Loader
import Model
import Testing

/// docs/files.md: what it says in SQL is so.
@Suite("Files: the page for readers", .enabled(if: DuckDB.isPossible, "python3 has no duckdb"))
struct FilesPageTests {
    @Test("every statement of the page runs in DuckDB, and its plain SQL finds the rows that the views show")
    func runsPage() async throws {
        let blocks = try Self.blocks(of: "sql")
        #expect(blocks.count >= 5)
        try await withFixture(.files) { fixture in
            try await Self.load(fixture)
            try Self.strayPart(fixture)
            let answers = try await DuckDB.run(blocks, in: fixture.path)
            #expect(answers.count == blocks.count)
            let names = answers[0].map { $0[1] }
            #expect(names == ["SUBJECT"])
            // Of a block with several statements the last one answers.
            #expect(FileManager.default.fileExists(atPath: "\(fixture.path)/tickets.parquet"))
            for (table, columns, count) in [
                ("tickets", "id, status, subject, _sdc_sequence", 3),
                ("tickets__tags", "_sdc_source_key_id, _sdc_level_0_id, value, _sdc_sequence", 2),
                ("tags", "name, \"count\", _sdc_sequence", 1),
                ("groups", "id, name, _sdc_sequence, epoch_us(_sdc_deleted_at)", 2),
            ] {
                let queries = ["newest_\(table)", table].map { "SELECT \(columns) FROM \($0) ORDER BY ALL" }
                let found = try await DuckDB.run(blocks + queries, in: fixture.path).suffix(2)
                #expect(found.first == found.last, "\(table)")
                #expect(found.first?.count == count, "\(table)")
            }
            let kept = "SELECT id, _sdc_deleted_at IS NULL FROM newest_groups ORDER BY id"
            #expect(try await DuckDB.run(blocks + [kept], in: fixture.path).last == [["1", "False"], ["2", "True"]])
        }
    }

    /// Tickets with changes and tags, a list that is kept and one that is replaced, each with something gone.
    private static func load(_ fixture: DestinationFixture) async throws {
        let schema = try await fixture.open()
        var tickets = try await RecordLoader(schema, try stream("tickets"))
        try await tickets.load(
            #"{"id":1,"status":"open","subject":"a","tags":["x","y"]}"#,
            #"{"id":2,"status":"new","subject":"b","tags":["x"],"SUBJECT":"B"}"#
        )
        try await tickets.load(
            #"{"id":1,"status":"solved","subject":"a2","tags":["z"]}"#,
            #"{"id":3,"status":"open","subject":"c"}"#,
            from: 3
        )
        let row = { (id: Int64, version: Int64, name: String) in
            TestRow(
                "\(id)",
                version * 10 + id,
                version: version,
                digest: name,
                ["id": .integer(id), "name": .text(name)]
            )
        }
        let count = { (name: String, version: Int64) in
            TestRow(name, version, version: version, ["name": .text(name), "count": .integer(version)])
        }
        try await schema.load(
            changes: [.createTable(TestTables.groups), .createTable(TestTables.tagCounts)],
            [
                TableLoad(TestTables.groups, [row(1, 1, "one"), row(2, 1, "two")]),
                TableLoad(TestTables.tagCounts, [count("x", 1), count("y", 1)]),
            ]
        )
        try await schema.load(
            [
                TableLoad(TestTables.groups, [row(2, 2, "TWO")]),
                TableLoad(TestTables.tagCounts, [count("x", 2)]),
            ],
            versions: ["groups", "tags"].map { VersionChange(table: $0, tableVersion: 2, time: FilesBatches.time) }
        )
        await schema.close()
    }

    /// A part of a batch that never was complete.
    private static func strayPart(_ fixture: DestinationFixture) throws {
        let part = try #require(try fixture.parts(of: "tickets").first)
        let stray = part.replacing(/-\d+\.jsonl\.gz$/, with: "-99.jsonl.gz")
        try FileManager.default.copyItem(atPath: "\(fixture.path)/\(part)", toPath: "\(fixture.path)/\(stray)")
    }

    private static func stream(_ name: StreamName) throws -> StreamSchema {
        try #require(Catalog.stream(name, of: .support)).schema
    }

    /// The page's blocks of one language.
    private static func blocks(of language: String) throws -> [String] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let page = root.deletingLastPathComponent().appendingPathComponent("docs/files.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        return text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
    }
}
