import Foundation
import Loader
import Model

/// Two batches with tables of every kind, and what is to be found in files after both.
struct FilesBatches {
    static let nothing = Conclusion(reports: [], outbox: [])
    static let time = Timestamp(seconds: 1_763_632_800)
    static let tickets = "SELECT id, subject FROM tickets WHERE id < 8 ORDER BY id"
    static let groups = """
        SELECT id, name, CASE WHEN _sdc_deleted_at IS NULL THEN NULL ELSE '2025-11-20T10:00:00.000000Z' END \
        FROM groups ORDER BY id
        """
    private static let topic = "deskpipe.records.zendesk-support"

    let create: [SchemaChange] = [
        .createTable(TestTables.tickets), .createTable(TestTables.tags), .createTable(TestTables.groups),
        .createTable(TestTables.tagCounts), .createTable(TestTables.tagCountAliases),
    ]

    /// Opens the schema and loads the first batch.
    func prepared(_ fixture: DestinationFixture) async throws -> any DestinationSchema {
        let schema = try await fixture.open()
        _ = try await schema.load(first) { _ in try Self.conclusion(1) }
        return schema
    }

    static func position(_ offset: Int64, _ sequence: Int64) -> LogPosition {
        LogPosition(topic: "\(topic).tickets", partition: 4, nextOffset: offset, sequence: sequence)
    }

    static func conclusion(_ number: Int) throws -> Conclusion {
        let message = OutboxMessage(id: "m\(number)", topic: "t", key: "k", body: "{}")
        let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        return Conclusion(reports: [try TestReport.make("r\(number)", at: now)], outbox: [message])
    }

    var first: LoadBatch {
        LoadBatch(
            changes: create,
            tables: [
                tickets([
                    TestRow("1", 10, ["id": 1, "subject": "a \"b\"\n\u{1}é"], subrows: tags(1, ["x", "y"])),
                    TestRow("2", 11, ["id": 2]),
                ]),
                TableLoad(TestTables.groups, [group(1, 10, version: 1, "a"), group(2, 11, version: 1, "b")]),
                counts([count("a", 10, version: 1), count("b", 11, version: 1)]),
            ],
            positions: [PositionChange(expected: nil, new: Self.position(2, 11))]
        )
    }

    var second: LoadBatch {
        LoadBatch(
            tables: [
                tickets([
                    TestRow("1", 20, ["id": 1, "subject": "new"], subrows: tags(1, ["z"])),
                    TestRow("3", 21, ["id": 3, "subject": "c"]),
                ]),
                TableLoad(TestTables.groups, [group(2, 21, version: 2, "B")]),
                counts([count("b", 21, version: 2)]),
            ],
            versions: ["groups", "tags"].map { VersionChange(table: $0, tableVersion: 2, time: Self.time) },
            positions: [PositionChange(expected: Self.position(2, 11), new: Self.position(4, 21))]
        )
    }

    private func tickets(_ rows: [TestRow]) -> TableLoad {
        TableLoad(TestTables.tickets, rows, subtables: [TestTables.tags])
    }

    private func tags(_ id: Int64, _ values: [String]) -> [String: [KeyValuePairs<String, TestValue>]] {
        ["tickets__tags": TestTables.tags(id, values)]
    }

    private func group(_ id: Int64, _ sequence: Int64, version: Int64, _ name: String) -> TestRow {
        TestRow("\(id)", sequence, version: version, digest: name, ["id": .integer(id), "name": .text(name)])
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
            subrows: ["tags__aliases": [["_sdc_source_key_name": .text(name), "_sdc_level_0_id": 0, "value": "v"]]]
        )
    }
}
