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
            #expect(try DuckDB.query("SELECT count(*) FROM _sdc_rejected", in: fixture.path) == [["0"]])
            _ = try await schema.load(batches.second) { _ in try FilesBatches.conclusion(2) }
            // Parts of a batch that is not complete do not count.
            let stray = "\(fixture.path)/table=tickets/part-4-2-99.jsonl.gz"
            let part = "\(fixture.path)/table=tickets/part-4-0-1.jsonl.gz"
            try FileManager.default.copyItem(atPath: part, toPath: stray)
            for query in [
                FilesBatches.tickets, FilesBatches.groups, "SELECT name, \"count\", _sdc_table_version FROM tags ORDER BY 1",
                "SELECT _sdc_source_key_id, _sdc_level_0_id, value, _sdc_sequence FROM tickets__tags ORDER BY 1, 2",
                "SELECT value FROM tags__aliases ORDER BY 1", "SELECT id, events FROM _deskpipe_loads ORDER BY 1",
                "SELECT count(*) FROM raw.tickets", "SELECT count(*) FROM raw.tags",
            ] {
                let expected = try fixture.query(query)
                #expect(!expected.isEmpty)
                #expect(try DuckDB.query(query, in: fixture.path) == expected, "\(query)")
            }
            let found = try DuckDB.query(
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

}
