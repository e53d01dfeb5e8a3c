import Destinations
import Foundation
import Loader
import Model
import Testing

@Suite("Destination: transactions and bookkeeping")
struct TransactionTests {
    static let kinds = DestinationFixture.kinds
    private static let topic = "deskpipe.records.zendesk-support.tickets"

    @Test("positions move with the rows, and are there after the schema is opened again", arguments: kinds)
    func movesPositions(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            #expect(try await schema.positions().isEmpty)
            let first = position(10, 100)
            let second = position(20, 200)
            _ = try await schema.load(batch([1], from: nil, to: first, creates: true)) { _ in nothing }
            _ = try await schema.load(batch([2], from: first, to: second)) { _ in nothing }
            #expect(try await schema.positions() == [second])
            await schema.close()
            let reopened = try await fixture.open()
            #expect(try await reopened.positions() == [second])
            await reopened.close()
        }
    }

    @Test("a batch that was built on other positions writes nothing", arguments: kinds)
    func refusesMovedPositions(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let first = position(10, 100)
            _ = try await schema.load(batch([1], from: nil, to: first, creates: true)) { _ in nothing }
            for stale in [nil, position(9, 100), position(10, 99)] {
                await #expect(throws: DestinationError.positionMoved) {
                    try await schema.load(batch([2], from: stale, to: position(30, 300))) { _ in nothing }
                }
            }
            // A position that is not there is not the one that was expected either.
            let other = LogPosition(topic: "other", partition: 0, nextOffset: 1, sequence: 1)
            await #expect(throws: DestinationError.positionMoved) {
                try await schema.load(batch([2], from: other, to: other)) { _ in nothing }
            }
            #expect(try fixture.query("SELECT id FROM tickets") == [["1"]])
            #expect(try await schema.positions() == [first])
            await schema.close()
        }
    }

    @Test("of two loaders with the same positions one loads and one is told", arguments: kinds)
    func loadsOnce(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let one = try await fixture.open()
            let two = try await fixture.open()
            try await one.load(changes: [.createTable(TestTables.tickets)])
            let results = await withTaskGroup(of: Result<LoadOutcome, any Error>.self) { group in
                for schema in [one, two] {
                    group.addTask {
                        do {
                            return .success(
                                try await schema.load(batch([7], from: nil, to: position(5, 5))) { _ in nothing }
                            )
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                var all: [Result<LoadOutcome, any Error>] = []
                for await result in group { all.append(result) }
                return all
            }
            let failures = results.compactMap { result in
                if case .failure(let error) = result { error as? DestinationError } else { nil }
            }
            #expect(failures == [.positionMoved])
            #expect(try fixture.query("SELECT id FROM tickets") == [["7"]])
            await one.close()
            await two.close()
        }
    }

    @Test("what conclude throws rolls everything back", arguments: kinds)
    func rollsBack(kind: DestinationKind) async throws {
        struct Refusal: Error {}
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            await #expect(throws: Refusal.self) {
                try await schema.load(batch([1], from: nil, to: position(1, 1), creates: true)) { _ in throw Refusal() }
            }
            #expect(try await schema.positions().isEmpty)
            #expect(try await schema.catalog().tables.isEmpty)
            _ = try await schema.load(batch([1], from: nil, to: position(1, 1), creates: true)) { _ in nothing }
            #expect(try fixture.query("SELECT id FROM tickets") == [["1"]])
            await schema.close()
        }
    }

    @Test("accepts says what load would say, and leaves no trace", arguments: kinds)
    func triesWithoutTrace(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let good = batch([1], from: nil, to: position(1, 1), creates: true)
            #expect(try await schema.accepts(good))
            #expect(try await schema.catalog().tables.isEmpty)
            #expect(try await schema.positions().isEmpty)
            _ = try await schema.load(good) { _ in nothing }
            let keyless = LoadBatch(tables: [
                TableLoad(TestTables.tickets, [TestRow("2", 2, ["id": 2]), TestRow("3", 3, ["subject": "no key"])])
            ])
            #expect(try await schema.accepts(keyless) == false)
            let error = await #expect(throws: DestinationError.self) {
                try await schema.load(keyless) { _ in nothing }
            }
            guard case .refused = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try fixture.query("SELECT id FROM tickets") == [["1"]])
            await schema.close()
        }
    }

    @Test("the catalog that is read equals the one that was made", arguments: kinds)
    func readsCatalog(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let tables = [
                TestTables.tickets, TestTables.tags, TestTables.groups, TestTables.tagCounts, TestTables.goals,
            ]
            try await schema.load(changes: tables.map { .createTable($0) })
            await schema.close()
            let reopened = try await fixture.open()
            let catalog = try await reopened.catalog()
            #expect(catalog == SchemaCatalog(tables: Dictionary(uniqueKeysWithValues: tables.map { ($0.name, $0) })))
            await reopened.close()
        }
    }

    @Test("reports are rows of _deskpipe_loads, those of more than 60 days ago go", arguments: kinds)
    func keepsReports(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
            let old = try TestReport.make("old", at: now - .seconds(61 * 86_400))
            let new = try TestReport.make("new", at: now)
            _ = try await schema.load(LoadBatch()) { _ in Conclusion(reports: [old], outbox: []) }
            _ = try await schema.load(LoadBatch()) { _ in Conclusion(reports: [new], outbox: []) }
            let rows = try fixture.query("SELECT id, events, max_bookmark, report FROM _deskpipe_loads")
            #expect(rows.map { $0.prefix(3) } == [["new", "3", "2026-11-20"]])
            let json = try #require(rows.first?[3])
            #expect(try JSONDecoder().decode(LoadingReport.self, from: Data(json.utf8)) == new)
            await schema.close()
        }
    }

    @Test("outbox messages come oldest first and go when they are sent", arguments: kinds)
    func keepsOutbox(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let messages = (0..<250).map { place in
                OutboxMessage(id: "m\(250 - place)", topic: "t", key: "k'\"", body: "{\"n\":\(place)}")
            }
            _ = try await schema.load(LoadBatch()) { _ in
                Conclusion(reports: [], outbox: Array(messages[..<120]))
            }
            _ = try await schema.load(LoadBatch()) { _ in
                Conclusion(reports: [], outbox: Array(messages[120...]))
            }
            #expect(try await schema.unsentMessages(atMost: 130) == Array(messages[..<130]))
            try await schema.removeSent(messages[..<130].map(\.id) + ["unknown"])
            #expect(try await schema.unsentMessages(atMost: 1000) == Array(messages[130...]))
            await schema.close()
        }
    }

    @Test("rejected records are kept with all that is known of them", arguments: kinds)
    func keepsRejected(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let time = Timestamp(seconds: 1_763_632_800)
            var rows: [RejectedRow] = []
            for offset in Int64(0)..<150 {
                var row = RejectedRow(
                    table: "tickets",
                    reason: "no key",
                    record: "{}",
                    rejectedAt: time,
                    topic: "t",
                    partition: 3,
                    offset: offset,
                    replayable: false
                )
                if offset == 0 {
                    row.record = "{\"a\":\"\0\t\\n'\"}"
                    row.extractedAt = time
                    row.sequence = 5
                    row.replayable = true
                }
                rows.append(row)
            }
            _ = try await schema.load(LoadBatch(rejected: rows)) { _ in nothing }
            let columns = """
                table_name, reason, record, _sdc_sequence, _sdc_table_version, topic, "partition", "offset", \
                replayable, \(fixture.time("_sdc_rejected_at")), \(fixture.time("_sdc_extracted_at"))
                """
            let found = try fixture.query("SELECT \(columns) FROM _sdc_rejected ORDER BY \"offset\"")
            #expect(found.count == 150)
            let at = "2025-11-20T10:00:00.000000Z"
            let first: [String?] = [
                "tickets", "no key", "{\"a\":\"\t\\n'\"}", "5", nil, "t", "3", "0", fixture.text(true), at, at,
            ]
            #expect(found.first == first)
            await schema.close()
        }
    }

    private let nothing = Conclusion(reports: [], outbox: [])

    private func position(_ offset: Int64, _ sequence: Int64) -> LogPosition {
        LogPosition(topic: Self.topic, partition: 4, nextOffset: offset, sequence: sequence)
    }

    private func batch(
        _ ids: [Int64],
        from: LogPosition?,
        to new: LogPosition,
        creates: Bool = false
    ) -> LoadBatch {
        LoadBatch(
            changes: creates ? [.createTable(TestTables.tickets)] : [],
            tables: [TableLoad(TestTables.tickets, ids.map { TestRow("\($0)", 1, ["id": .integer($0)]) })],
            positions: [PositionChange(expected: from, new: new)]
        )
    }
}
