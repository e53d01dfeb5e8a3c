import Destinations
import Loader
import Model
import Testing

@Suite("Destination: tables that are read whole")
struct FullReadTests {
    static let kinds = DestinationFixture.kinds
    private let time = Timestamp(seconds: 1_763_632_800)

    @Test("a kept list's record that did not change leaves its row alone", arguments: kinds)
    func keepsUnchanged(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            try await schema.load(
                changes: [.createTable(TestTables.groups)],
                [groups([group(1, 1, version: 1, "a"), group(2, 2, version: 1, "b")])]
            )
            let outcome = try await schema.load(
                [groups([group(1, 11, version: 2, "a"), group(2, 12, version: 2, "B")])]
            )
            #expect(outcome.tables["groups"]?.unchanged == 1)
            #expect(outcome.tables["groups"]?.updated == 1)
            let rows = "SELECT id, name, _sdc_sequence, _sdc_table_version FROM groups ORDER BY id"
            #expect(try fixture.query(rows) == [["1", "a", "1", "1"], ["2", "B", "12", "2"]])
            // The version moved with the record, so the complete read does not take its row for gone.
            let complete = VersionChange(table: "groups", tableVersion: 2, time: time)
            #expect(try await schema.load(versions: [complete]).tables["groups"]?.deleted == 0)
            let repeated = try await schema.load([groups([group(1, 11, version: 2, "a")])])
            #expect(repeated.tables["groups"]?.superseded == 1)
            await schema.close()
        }
    }

    @Test("a record that a complete read lacks is marked, once, and comes back whole", arguments: kinds)
    func marksAndRevives(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            try await schema.load(
                changes: [.createTable(TestTables.groups)],
                [groups([group(1, 1, version: 1, "a"), group(2, 2, version: 1, "b")])]
            )
            let second = try await schema.load(
                [groups([group(2, 12, version: 2, "b")])],
                versions: [VersionChange(table: "groups", tableVersion: 2, time: time)]
            )
            #expect(second.tables["groups"]?.deleted == 1)
            let rows = "SELECT id, \(fixture.time("_sdc_deleted_at")), _sdc_sequence FROM groups ORDER BY id"
            #expect(try fixture.query(rows) == [["1", "2025-11-20T10:00:00.000000Z", "1"], ["2", nil, "2"]])
            let third = try await schema.load(
                [groups([group(2, 22, version: 3, "b")])],
                versions: [VersionChange(table: "groups", tableVersion: 3, time: time)]
            )
            #expect(third.tables["groups"]?.deleted == 0)
            // The same bytes as before it went: still a change, for the mark has to go.
            let fourth = try await schema.load([groups([group(1, 31, version: 4, "a")])])
            #expect(fourth.tables["groups"]?.updated == 1)
            #expect(try fixture.query(rows) == [["1", nil, "31"], ["2", nil, "2"]])
            await schema.close()
        }
    }

    @Test("a complete read deletes the rows of older versions and their sub-rows", arguments: kinds)
    func deletesOldVersions(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let tables: [SchemaChange] = [
                .createTable(TestTables.tagCounts), .createTable(TestTables.tagCountAliases),
            ]
            try await schema.load(
                changes: tables,
                [counts([count("a", 1, version: 1), count("b", 2, version: 1), count("c", 3, version: 1)])]
            )
            try await schema.load([counts([count("a", 11, version: 2)])])
            #expect(try fixture.query("SELECT count(*) FROM tags") == [["3"]])
            let outcome = try await schema.load(
                [counts([count("d", 12, version: 2)])],
                versions: [VersionChange(table: "tags", tableVersion: 2, time: time)]
            )
            // In files, all rows of the older read's parts.
            #expect(outcome.tables["tags"]?.deleted == (kind == .files ? 3 : 2))
            #expect(outcome.tables["tags"]?.inserted == 1)
            #expect(try fixture.query("SELECT name FROM tags ORDER BY name") == [["a"], ["d"]])
            let aliases = "SELECT _sdc_source_key_name FROM tags__aliases ORDER BY 1"
            #expect(try fixture.query(aliases) == [["a"], ["d"]])
            await schema.close()
        }
    }

    @Test("a version of a table that has no rows yet, and of a table with a key, deletes nothing", arguments: kinds)
    func ignoresOtherVersions(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let row = TestRow("1", 1, ["id": 1])
            let outcome = try await schema.load(
                changes: [.createTable(TestTables.tickets)],
                [TableLoad(TestTables.tickets, [row])],
                versions: ["tickets", "unknown"].map { VersionChange(table: $0, tableVersion: 9, time: time) }
            )
            #expect(outcome.tables["tickets"]?.deleted == 0)
            #expect(try fixture.query("SELECT count(*) FROM tickets") == [["1"]])
            await schema.close()
        }
    }

    private func groups(_ rows: [TestRow]) -> TableLoad { TableLoad(TestTables.groups, rows) }

    private func group(_ id: Int64, _ sequence: Int64, version: Int64, _ name: String) -> TestRow {
        TestRow(
            "\(id)",
            sequence,
            version: version,
            digest: "hash of \(name)",
            ["id": .integer(id), "name": .text(name)]
        )
    }

    private func counts(_ rows: [TestRow]) -> TableLoad {
        TableLoad(TestTables.tagCounts, rows, subtables: [TestTables.tagCountAliases])
    }

    private func count(_ name: String, _ sequence: Int64, version: Int64) -> TestRow {
        TestRow(
            name,
            sequence,
            version: version,
            ["name": .text(name), "count": .integer(sequence)],
            subrows: [
                "tags__aliases": [["_sdc_source_key_name": .text(name), "_sdc_level_0_id": 0, "value": "alias"]]
            ]
        )
    }
}
