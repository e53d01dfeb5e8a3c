import Destinations
import Foundation
import GRDB
import LibPQ
import Loader
import Model
import Synchronization
import TestSupport
import Testing

/// What others see and keep while Deskpipe loads.
@Suite("Destination: readers of the tables", .timeLimit(.minutes(30)))
struct ReaderTests {
    static let databases = DestinationFixture.kinds.filter { $0 != .files }

    @Test(
        "a full table's versions swap with its sub-tables: a reader sees all of one or all of the next",
        arguments: databases
    )
    func swapsWhole(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            try await schema.load(
                changes: [.createTable(TestTables.tagCounts), .createTable(TestTables.tagCountAliases)],
                [counts(1)],
                versions: [version(1)]
            )
            // In one statement, as any reader's snapshot: the versions and how many rows and sub-rows each has.
            let sql = """
                SELECT (SELECT min(_sdc_table_version) FROM tags), (SELECT max(_sdc_table_version) FROM tags),
                (SELECT count(*) FROM tags), (SELECT count(*) FROM tags__aliases),
                (SELECT count(*) FROM tags__aliases a JOIN tags t ON t.name = a._sdc_source_key_name)
                """
            let isLoading = Mutex(true)
            async let seen = Self.read(sql, fixture, while: { isLoading.withLock(\.self) })
            for step in 2...25 as ClosedRange<Int64> {
                try await schema.load([counts(step)], versions: [version(step)])
            }
            isLoading.withLock { $0 = false }
            let states = try await seen
            #expect(states.count > 1)
            for state in states {
                #expect(state[0] == state[1] && state[2...].allSatisfy { $0 == "40" }, "\(state)")
            }
            await schema.close()
        }
    }

    @Test("views of users stand, and see what comes, while columns and splits are added", arguments: databases)
    func keepsViews(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            try await loader.load(#"{"id":1,"count":1,"free":1}"#)
            try fixture.query("CREATE VIEW mine AS SELECT id, count, free FROM tickets WHERE id > 0")
            try fixture.query("ALTER TABLE tickets ADD COLUMN note text")
            try fixture.query("UPDATE tickets SET note = 'own'")
            try await loader.load(#"{"id":2,"count":"many","free":"word","fresh":true,"note":5}"#, from: 2)
            #expect(
                try fixture.query("SELECT id, count, free FROM mine ORDER BY id") == [
                    ["1", "1", "1"], ["2", nil, nil],
                ]
            )
            let split = "SELECT count__st, free__st FROM tickets WHERE id = 2"
            #expect(try fixture.query(split) == [["many", "word"]])
            #expect(try fixture.query("SELECT note FROM tickets WHERE id = 1") == [["own"]])
            await schema.close()
        }
    }

    /// The answers of a query that differ from the one before, over one connection.
    private static func read(
        _ sql: String,
        _ fixture: DestinationFixture,
        while isLoading: @escaping @Sendable () -> Bool
    ) async throws -> [[String]] {
        try await onThread { try readInThread(sql, fixture, while: isLoading) }
    }

    private static func readInThread(
        _ sql: String,
        _ fixture: DestinationFixture,
        while isLoading: () -> Bool
    ) throws -> [[String]] {
        var states: [[String]] = []
        let note = { (state: [String]) in if states.last != state { states.append(state) } }
        switch fixture.kind {
        case .postgresql:
            let connection = try PQConnection(parameters: PQURL.parameters(of: fixture.url) ?? [:])
            try connection.execute("SET search_path = \(fixture.schema)")
            while isLoading() {
                let result = try connection.execute(sql)
                note((0..<result.columnCount).map { result.text(0, $0) ?? "-" })
            }
        case .sqlite, .files:
            let queue = try DatabaseQueue(path: fixture.path)
            while isLoading() {
                let row = try queue.read { try Row.fetchOne($0, sql: sql) }
                note(row?.databaseValues.map { Int64.fromDatabaseValue($0).map { "\($0)" } ?? "-" } ?? [])
            }
        }
        return states
    }

    private func version(_ number: Int64) -> VersionChange {
        VersionChange(table: "tags", tableVersion: number, time: Timestamp(seconds: 1_763_632_800))
    }

    /// Forty tags, of which half are new, with an alias each.
    private func counts(_ number: Int64) -> TableLoad {
        let rows = (number * 20..<number * 20 + 40).map { tag in
            TestRow(
                "t\(tag)",
                number,
                version: number,
                ["name": .text("t\(tag)"), "count": .integer(number)],
                subrows: [
                    "tags__aliases": [
                        ["_sdc_source_key_name": .text("t\(tag)"), "_sdc_level_0_id": 0, "value": "alias"]
                    ]
                ]
            )
        }
        return TableLoad(TestTables.tagCounts, rows, subtables: [TestTables.tagCountAliases])
    }
}
