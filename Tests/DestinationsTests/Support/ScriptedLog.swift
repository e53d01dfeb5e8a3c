import Destinations
import Foundation
import Loader
import Model
import Testing

/// A made-up log of one partition: any loader can load any stretch of it as one batch, and what the tables hold after
/// so many of its offsets is known.
///
/// At each offset stand a ticket with two tags, a row of a table without a key, a group of a kept list and a tag count;
/// a batch ends with a complete read of the tag counts at its last offset. Every fourth offset brings a new column.
enum ScriptedLog {
    static let topic = "deskpipe.records.zendesk-support.tickets"

    static func position(_ offset: Int64) -> LogPosition? {
        offset == 0 ? nil : LogPosition(topic: topic, partition: 0, nextOffset: offset, sequence: offset)
    }

    /// The batch of a stretch of offsets.
    static func batch(_ offsets: Range<Int64>) throws -> LoadBatch {
        let tables = [
            TableLoad(ticketTable(offsets.upperBound), newest(offsets, 3).map(ticket), subtables: [TestTables.tags]),
            TableLoad(TestTables.goals, offsets.map(goal)),
            TableLoad(TestTables.groups, newest(offsets, 2).map(group)),
            TableLoad(TestTables.tagCounts, [count(offsets.upperBound - 1)], subtables: [TestTables.tagCountAliases]),
        ]
        let new = try #require(position(offsets.upperBound))
        let isFirst = offsets.lowerBound == 0
        let columns = Set(ticketTable(offsets.lowerBound).columns)
        let added = ticketTable(offsets.upperBound).columns.filter { !columns.contains($0) }
        return LoadBatch(
            changes: (isFirst ? create : []) + added.map { .addColumn(table: "tickets", $0) },
            tables: tables,
            versions: [
                VersionChange(
                    table: "tags",
                    tableVersion: offsets.upperBound,
                    time: Timestamp(seconds: 1_763_632_800)
                )
            ],
            positions: [PositionChange(expected: position(offsets.lowerBound), new: new)]
        )
    }

    /// What is written beside the batch of a stretch.
    static func conclusion(_ offsets: Range<Int64>) throws -> Conclusion {
        let name = "\(offsets.lowerBound)-\(offsets.upperBound)"
        let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        return Conclusion(
            reports: [try TestReport.make(name, at: now)],
            outbox: [OutboxMessage(id: name, topic: "t", key: "k", body: "{}")]
        )
    }

    /// Expects the tables to hold the offsets below an end, each batch once, and nothing older than the newest.
    static func expect(_ end: Int64, in fixture: DestinationFixture, _ comment: Comment? = nil) throws {
        let offsets = 0..<end
        let tickets = newest(offsets, 3)
        #expect(
            try fixture.query("SELECT id, subject, _sdc_sequence FROM tickets ORDER BY id")
                == tickets.sorted { $0 % 3 < $1 % 3 }.map { ["\($0 % 3)", "s\($0)", "\($0 + 1)"] },
            comment
        )
        #expect(
            try fixture.query("SELECT _sdc_source_key_id, value FROM tickets__tags ORDER BY 1, _sdc_level_0_id")
                == tickets.sorted { $0 % 3 < $1 % 3 }.flatMap { [["\($0 % 3)", "t\($0)"], ["\($0 % 3)", "u\($0)"]] },
            comment
        )
        #expect(try fixture.query("SELECT count(*) FROM goals") == [["\(end)"]], comment)
        #expect(
            try fixture.query("SELECT id, name FROM groups ORDER BY id")
                == newest(offsets, 2).sorted { $0 % 2 < $1 % 2 }.map { ["\($0 % 2)", groupName($0)] },
            comment
        )
        #expect(try fixture.query("SELECT name FROM tags") == [["n\(end - 1)"]], comment)
        #expect(try fixture.query("SELECT value FROM tags__aliases") == [["a\(end - 1)"]], comment)
        for offset in tickets where offset % 4 == 1 {
            let found = try fixture.query("SELECT c\(offset) FROM tickets WHERE id = \(offset % 3)")
            #expect(found == [["c"]], comment)
        }
        try expectEachOnce(end, in: fixture, comment)
    }

    /// Expects the batches that were loaded to follow one another.
    private static func expectEachOnce(_ end: Int64, in fixture: DestinationFixture, _ comment: Comment?) throws {
        let loaded = try fixture.query("SELECT id FROM _deskpipe_loads").compactMap { $0[0] }.map { id in
            id.split(separator: "-").compactMap { Int64($0) }
        }
        var next: Int64 = 0
        for stretch in loaded.sorted(by: { $0[0] < $1[0] }) {
            #expect(stretch[0] == next, comment)
            next = stretch[1]
        }
        #expect(next == end, comment)
    }

    private static let create: [SchemaChange] = [
        .createTable(TestTables.tickets), .createTable(TestTables.tags), .createTable(TestTables.goals),
        .createTable(TestTables.groups), .createTable(TestTables.tagCounts), .createTable(TestTables.tagCountAliases),
    ]

    private static func ticketTable(_ end: Int64) -> Table {
        var table = TestTables.tickets
        table.columns += (0..<end).filter { $0 % 4 == 1 }.map { Column("c\($0)", .text) }
        return table
    }

    /// Of each remainder the newest offset.
    private static func newest(_ offsets: Range<Int64>, _ divisor: Int64) -> [Int64] {
        Array(offsets.suffix(Int(divisor)))
    }

    private static func ticket(_ offset: Int64) -> TestRow {
        let id = offset % 3
        let values: KeyValuePairs<String, TestValue> = ["id": .integer(id), "subject": .text("s\(offset)")]
        let wider: KeyValuePairs<String, TestValue> = [
            "id": .integer(id), "subject": .text("s\(offset)"), "c\(offset)": "c",
        ]
        return TestRow(
            "\(id)",
            offset + 1,
            offset % 4 == 1 ? wider : values,
            subrows: ["tickets__tags": TestTables.tags(id, ["t\(offset)", "u\(offset)"])]
        )
    }

    private static func goal(_ offset: Int64) -> TestRow {
        TestRow("e\(offset)", offset + 1, ["__sdc_primary_key": .text("e\(offset)"), "name": "n"])
    }

    /// Every third change of a group changes nothing.
    private static func groupName(_ offset: Int64) -> String { "g\(offset / 6)" }

    private static func group(_ offset: Int64) -> TestRow {
        let name = groupName(offset)
        return TestRow(
            "\(offset % 2)",
            offset + 1,
            version: 1,
            digest: name,
            ["id": .integer(offset % 2), "name": .text(name)]
        )
    }

    private static func count(_ offset: Int64) -> TestRow {
        let name = "n\(offset)"
        return TestRow(
            name,
            offset + 1,
            version: offset + 1,
            ["name": .text(name), "count": .integer(offset)],
            subrows: [
                "tags__aliases": [
                    ["_sdc_source_key_name": .text(name), "_sdc_level_0_id": 0, "value": .text("a\(offset)")]
                ]
            ]
        )
    }
}
