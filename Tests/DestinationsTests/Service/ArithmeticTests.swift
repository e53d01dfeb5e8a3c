import Destinations
import Foundation
import Loader
import Messaging
import Model
import Synchronization
import TestSupport
import Testing

/// Every event of every batch is accounted for exactly once.
@Suite("LoaderService: arithmetic", .timeLimit(.minutes(30)))
struct ArithmeticTests {
    static let kinds = DestinationFixture.kinds

    /// The loads that do not add up: none, ever.
    static let imbalances = """
        SELECT table_name, topic, partition, first_offset, last_offset, events,
            rows_loaded + rows_unchanged + rows_superseded + rows_rejected AS accounted
        FROM _deskpipe_loads
        WHERE status = 'succeeded'
        AND (events <> rows_loaded + rows_unchanged + rows_superseded + rows_rejected
            OR rows_loaded <> rows_inserted + rows_updated)
        """

    /// By table all that was loaded since the reports are kept.
    static let totals = """
        SELECT table_name, sum(events), sum(rows_loaded), sum(rows_unchanged), sum(rows_superseded), sum(rows_rejected)
        FROM _deskpipe_loads WHERE status = 'succeeded' GROUP BY table_name ORDER BY table_name
        """

    @Test(
        "events = loaded + unchanged + superseded + rejected, in the reports and in _deskpipe_loads",
        arguments: kinds
    )
    func addsUp(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let stage = try await ServiceStage()
            let connection = try fixture.connection()
            try await stage.define(connection)
            var random = SplitMix64(seed: 11)
            var published = ["tickets": 0, "users": 0]
            for step in 1...12 as ClosedRange<Int64> {
                let stream = step % 3 == 0 ? "users" : "tickets"
                let records = (0..<Int64.random(in: 1...9, using: &random)).map { place in
                    let id = Int.random(in: 1...6, using: &random)
                    let tags = (0..<Int.random(in: 0...2, using: &random)).map { "\"\($0)\"" }.joined(separator: ",")
                    // A field with two meanings of one name cannot be a row.
                    let odd = place % 5 == 4 ? #","a":[{"b":[1]}],"a__b":[2]"# : ""
                    return ServiceStage.Record(id, "\"tags\":[\(tags)]\(odd)", sequence: step * 10 + place)
                }
                published[stream, default: 0] += records.count
                try await stage.publish(connection, StreamName(rawValue: stream), records)
                // Every run is a loader that begins anew: what it has loaded it does not count again.
                _ = try await stage.run(into: fixture.destination, BatchSettings(rows: 4))
            }
            #expect(try fixture.query(Self.imbalances).isEmpty)
            let rows = try fixture.query(Self.totals).map { $0.map { $0 ?? "" } }
            let reports = try await stage.reports()
            #expect(reports.allSatisfy { $0.status == .succeeded && $0.isBalanced })
            for row in rows {
                let own = reports.filter { $0.table == row[0] }
                #expect(Int(row[1]) == published[row[0]])
                #expect(Int(row[2]) == own.reduce(0) { $0 + $1.rowsLoaded })
                #expect(Int(row[5]) == own.reduce(0) { $0 + $1.rowsRejected } && row[5] != "0")
            }
            #expect(rows.map { $0[0] } == ["tickets", "users"])
            let rejected = try fixture.query("SELECT table_name, count(*) FROM _sdc_rejected GROUP BY 1 ORDER BY 1")
            #expect(rejected.map { $0[1] } == rows.map { $0[5] })
            // Sub-rows are counted apart.
            let tags = try fixture.query("SELECT count(*) FROM tickets__tags").first?[0].flatMap { Int($0) } ?? 0
            let loaded = reports.flatMap(\.subtables).filter { $0.table == "tickets__tags" }
            #expect(loaded.reduce(0) { $0 + $1.rowsLoaded } >= tags && tags > 0)
        }
    }

    @Test(
        "an account that does not add up fails the batch and says which table, and nothing of it is loaded",
        arguments: kinds
    )
    func failsImbalances(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let stage = try await ServiceStage()
            let connection = try fixture.connection()
            try await stage.define(connection)
            try await stage.publish(connection, (1...5).map { .init($0, sequence: Int64($0)) })
            let wrong = MiscountingDestination(inner: fixture.destination)
            let summary = try await stage.run(into: wrong)
            let said = "the load of tickets does not add up: 5 events, 4 accounted for"
            #expect(summary.setAside.values.first?.message.hasPrefix(said) == true)
            #expect(try fixture.query("SELECT count(*) FROM _deskpipe_loads") == [["0"]])
            #expect(
                try await fixture.destination.standing(of: fixture.schema, for: .of(connection)).content
                    == .own(tables: 0)
            )
            let failed = try await stage.reports()
            #expect(failed.first?.status == .failed && failed.first?.error?.hasPrefix(said) == true)
            #expect(failed.first?.table == "tickets")
            #expect(try await stage.run(into: fixture.destination).setAside.isEmpty)
            #expect(try fixture.query("SELECT count(*) FROM tickets") == [["5"]])
            #expect(try fixture.query("SELECT sum(events), sum(rows_loaded) FROM _deskpipe_loads") == [["5", "5"]])
        }
    }

}

extension SchemaOwner {
    static func of(_ connection: ConnectionDefinition) -> SchemaOwner {
        SchemaOwner(connection: connection.key, source: connection.source)
    }
}

/// A real destination that tells of one row less than it wrote.
private struct MiscountingDestination: Destination {
    let inner: any Destination

    func check(_ schema: SchemaName) async throws { try await inner.check(schema) }

    func standing(of schema: SchemaName, for owner: SchemaOwner) async throws -> SchemaStanding {
        try await inner.standing(of: schema, for: owner)
    }

    func open(_ schema: SchemaName, owner: SchemaOwner) async throws -> any DestinationSchema {
        MiscountingSchema(inner: try await inner.open(schema, owner: owner))
    }

    func close() async { await inner.close() }
}

private struct MiscountingSchema: DestinationSchema {
    let inner: any DestinationSchema

    func catalog() async throws -> SchemaCatalog { try await inner.catalog() }
    func positions() async throws -> [LogPosition] { try await inner.positions() }

    func stage(_ batch: LoadBatch) async throws -> StagedBatch { try await inner.stage(batch) }
    func discard(_ staged: StagedBatch) async { await inner.discard(staged) }

    func apply(
        _ staged: StagedBatch,
        conclude: @Sendable (LoadOutcome) throws -> Conclusion
    ) async throws -> LoadOutcome {
        try await inner.apply(staged) { outcome in
            var wrong = outcome
            wrong.tables["tickets"]?.inserted -= 1
            return try conclude(wrong)
        }
    }

    func refusal(of batch: LoadBatch) async throws -> String? { try await inner.refusal(of: batch) }

    func rejected(
        _ selection: RejectedSelection,
        atMost count: Int,
        bytes: Int,
        after place: RejectedPlace?
    ) async throws -> [StoredRejection] {
        try await inner.rejected(selection, atMost: count, bytes: bytes, after: place)
    }

    func rejectedGroups(_ selection: RejectedSelection) async throws -> [RejectedGroup] {
        try await inner.rejectedGroups(selection)
    }

    func oldestVersion(in table: String) async throws -> Int64? { try await inner.oldestVersion(in: table) }

    func unsentMessages(atMost count: Int) async throws -> [OutboxMessage] {
        try await inner.unsentMessages(atMost: count)
    }

    func removeSent(_ ids: [String]) async throws { try await inner.removeSent(ids) }
    func close() async { await inner.close() }
}
