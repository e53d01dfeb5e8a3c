import Destinations
import Foundation
import Loader
import Model
import Testing

@Suite("Files: read with DuckDB", .enabled(if: DuckDB.isPossible, "python3 has no duckdb"))
struct FilesDuckDBTests {
    private let batches = FilesBatches()

    @Test("DuckDB reads the views as they are documented")
    func readsWithDuckDB() async throws {
        try await withFixture(.files) { fixture in
            let schema = try await batches.prepared(fixture)
            let row = TestRow(
                "9",
                9_223_372_036_854_775_807,
                [
                    "id": 9_007_199_254_740_993, "score": .decimal("1e400"), "is_open": true,
                    "created_at": .timestamp(FilesBatches.time), "subject": "日本 \u{1} \\ \"",
                ]
            )
            let wide = TestRow("8", 1, ["id": 8, "score": .decimal("18446744073709551616")])
            try await schema.load([TableLoad(TestTables.tickets, [row, wide])])
            #expect(try await DuckDB.query("SELECT count(*) FROM _sdc_rejected", in: fixture.path) == [["0"]])
            _ = try await schema.load(batches.second) { _ in try FilesBatches.conclusion(2) }
            // Parts of a batch that is not complete do not count.
            let stray = "\(fixture.path)/table=tickets/part-4-2-99.jsonl.gz"
            let part = "\(fixture.path)/table=tickets/part-4-0-1.jsonl.gz"
            try FileManager.default.copyItem(atPath: part, toPath: stray)
            for query in [
                FilesBatches.tickets, FilesBatches.groups,
                "SELECT name, \"count\", _sdc_table_version FROM tags ORDER BY 1",
                "SELECT _sdc_source_key_id, _sdc_level_0_id, value, _sdc_sequence FROM tickets__tags ORDER BY 1, 2",
                "SELECT value FROM tags__aliases ORDER BY 1", "SELECT id, events FROM _deskpipe_loads ORDER BY 1",
                "SELECT count(*) FROM raw.tickets", "SELECT count(*) FROM raw.tags",
            ] {
                let expected = try fixture.query(query)
                #expect(!expected.isEmpty)
                #expect(try await DuckDB.query(query, in: fixture.path) == expected, "\(query)")
            }
            let found = try await DuckDB.query(
                "SELECT id, score, is_open, epoch_us(created_at), subject, _sdc_sequence FROM tickets "
                    + "WHERE id > 7 ORDER BY 1",
                in: fixture.path
            )
            #expect(
                found == [
                    ["8", "1.8446744073709552e+19", nil, nil, nil, "1"],
                    [
                        "9007199254740993", "inf", "True", "1763632800000000", "日本 \u{1} \\ \"", "9223372036854775807",
                    ],
                ]
            )
            await schema.close()
        }
    }

    @Test("odd names of tables and columns are DuckDB's too, and JSON that is kept as text is read as JSON")
    func readsOddNames() async throws {
        try await withFixture(.files) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            let fields = [
                "select", "a\\\"b", "it's", "two words", "😀", "%s $1 ?", "日本", "-- x", "{x: 'y'}", "a,b", "raw",
                "filename",
                "É", "é", "Ünder", "part",
            ]
            let members = fields.enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",")
            try await loader.load(
                "{\"id\":1,\(members),\"Up\":1,\"UP\":2,\"it's [a] *list?\":[5,6]}",
                #"{"id":2,"any":{"a":"x\u0000\ud800y\u00e9","b":["\\ud800"]}}"#
            )
            for (place, field) in fields.enumerated() {
                let name = field.replacing("\\\"", with: "\"\"")
                let found = try await DuckDB.query("SELECT \"\(name)\" FROM tickets WHERE id = 1", in: fixture.path)
                #expect(found == [["\(place)"]], "\(field)")
            }
            let kept = try await DuckDB.query(
                "SELECT table_name, column_name, full_name FROM _deskpipe_names",
                in: fixture.path
            )
            #expect(kept.map { [$0[0], $0[2]] } == [["tickets", "UP"]])
            let second = try #require(kept.first?[1])
            let cases = try await DuckDB.query(
                "SELECT \"Up\", \"\(second)\" FROM tickets WHERE id = 1",
                in: fixture.path
            )
            #expect(cases == [["1", "2"]])
            let list = "SELECT value FROM \"tickets__it's [a] *list?\" ORDER BY 1"
            #expect(try await DuckDB.query(list, in: fixture.path) == [["5"], ["6"]])
            let json = "SELECT \"any\" ->> '$.a' FROM tickets WHERE id = 2"
            #expect(try await DuckDB.query(json, in: fixture.path) == [["x\u{FFFD}yé"]])
            await schema.close()
        }
    }
}
