import Destinations
import Foundation
import Loader
import Model
import TestSupport
import Testing

/// What a load says that it did is what became of the tables.
@Suite("Destination: true counts")
struct CountTests {
    @Test(
        "inserted, updated, unchanged, superseded, deleted and sub-rows are what the tables show, before and after",
        arguments: DestinationFixture.kinds.filter { $0 != .files },
        1...4 as ClosedRange<UInt64>
    )
    func countsAreTrue(kind: DestinationKind, seed: UInt64) async throws {
        try await withFixture(kind) { fixture in
            var random = SplitMix64(seed: seed)
            let schema = try await fixture.open()
            try await schema.load(changes: Self.tables.map { .createTable($0) })
            for batch in 1...12 as ClosedRange<Int64> {
                let before = try Self.tables.map { try sequences(of: $0, fixture) }
                var loads = Self.tables.prefix(4).map { rows(of: $0, batch, &random) }.filter { !$0.records.isEmpty }
                loads.shuffle(using: &random)
                let versions =
                    batch % 4 == 0 ? [VersionChange(table: "tags", tableVersion: batch, time: Self.time)] : []
                let outcome = try await schema.load(loads, versions: versions)
                let after = try Self.tables.map { try sequences(of: $0, fixture) }
                for load in loads {
                    let place = try #require(Self.tables.firstIndex { $0.name == load.table.name })
                    let told = outcome.tables[load.table.name] ?? TableOutcome()
                    let (old, new) = (before[place], after[place])
                    let comment: Comment = "\(load.table.name), batch \(batch)"
                    let inserted = load.records.filter { old[$0.key] == nil }.count
                    let updated = old.filter { new[$0.key] != nil && new[$0.key] != $0.value }.count
                    #expect(told.inserted == inserted, comment)
                    #expect(told.updated == updated, comment)
                    let rest = load.records.count - inserted - updated
                    #expect(told.unchanged + told.superseded == rest, comment)
                    #expect(new.count - old.count == told.inserted - told.deleted, comment)
                    let batched = "\(fixture.time("_sdc_batched_at")) = '\(outcome.batchedAt.formatted(.microseconds))'"
                    let written = try fixture.query("SELECT count(*) FROM \(load.table.name) WHERE \(batched)")
                    if told.deleted == 0 { #expect(written == [["\(inserted + updated)"]], comment) }
                    if load.table.name == "tickets" {
                        let all = load.subtables[0].parents.map { load.records[$0] }
                        let effective = all.filter { new[$0.key] == "\($0.sequence)" && old[$0.key] != new[$0.key] }
                        #expect(told.subtables["tickets__tags"] ?? 0 == effective.count, comment)
                    }
                }
            }
            await schema.close()
        }
    }

    @Test("in files every record is a row that is added, and the counts are the lines of the parts")
    func countsLines() async throws {
        try await withFixture(.files) { fixture in
            var random = SplitMix64(seed: 7)
            let schema = try await fixture.open()
            try await schema.load(changes: Self.tables.map { .createTable($0) })
            var expected: [String: Int] = [:]
            for batch in 1...12 as ClosedRange<Int64> {
                let loads = Self.tables.prefix(4).map { rows(of: $0, batch, &random) }.filter { !$0.records.isEmpty }
                let outcome = try await schema.load(loads)
                for load in loads {
                    let told = outcome.tables[load.table.name] ?? TableOutcome()
                    let all = told.inserted + told.updated + told.unchanged + told.superseded
                    #expect(all == load.records.count, "\(load.table.name), batch \(batch)")
                    expected[load.table.name, default: 0] += told.inserted + told.updated
                    for (table, count) in told.subtables { expected[table, default: 0] += count }
                }
            }
            for (table, count) in expected {
                #expect(try fixture.query("SELECT count(*) FROM raw.\"\(table)\"") == [["\(count)"]], "\(table)")
            }
            await schema.close()
        }
    }

    private static let time = Timestamp(seconds: 1_763_632_800)
    private static let tables = [
        TestTables.tickets, TestTables.groups, TestTables.tagCounts, TestTables.goals, TestTables.tags,
    ]

    /// By key the sequence of each row.
    private func sequences(of table: Table, _ fixture: DestinationFixture) throws -> [String: String] {
        guard table.name != "tickets__tags" else { return [:] }
        let rows = try fixture.query("SELECT \"\(table.key[0])\", _sdc_sequence FROM \(table.name)")
        return Dictionary(rows.map { ($0[0] ?? "", $0[1] ?? "") }) { first, _ in first }
    }

    /// Some records of a table, with sequences that are sometimes older than what is there.
    private func rows(of table: Table, _ batch: Int64, _ random: inout SplitMix64) -> TableLoad {
        let ids = Array(0..<12 as Range<Int64>).shuffled(using: &random).prefix(Int.random(in: 0...8, using: &random))
        let rows = ids.map { id in
            let sequence = max(1, batch * 10 + Int64.random(in: -25...9, using: &random))
            let word = ["a", "b"].randomElement(using: &random) ?? "a"
            switch table.name {
            case "tickets":
                let tags = (0..<Int.random(in: 0...3, using: &random)).map { "t\($0)" }
                return TestRow(
                    "\(id)",
                    sequence,
                    ["id": .integer(id), "subject": .text(word)],
                    subrows: ["tickets__tags": TestTables.tags(id, tags)]
                )
            case "groups":
                let values: KeyValuePairs<String, TestValue> = ["id": .integer(id), "name": .text(word)]
                return TestRow("\(id)", sequence, version: batch, digest: word, values)
            case "tags": return TestRow("\(id)", sequence, version: batch, ["name": .text("\(id)"), "count": 1])
            default: return TestRow("\(id)", sequence, ["__sdc_primary_key": .text("\(id)"), "name": .text(word)])
            }
        }
        return TableLoad(table, rows, subtables: table.name == "tickets" ? [TestTables.tags] : [])
    }
}
