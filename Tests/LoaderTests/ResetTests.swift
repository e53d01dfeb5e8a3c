import Catalog
import Foundation
import Loader
import Messaging
import Model
import Synchronization
import Testing

@Suite("LoaderService: streams that are read anew", .timeLimit(.minutes(30)))
struct ResetTests {
    /// A stage whose connection has a ticket and a user loaded.
    private static func stage(_ faults: FaultyDestination.Faults = .init()) async throws -> (LoaderStage, Scene) {
        let stage = try await LoaderStage(faults)
        let scene = try Scene()
        try await stage.define(scene)
        try await stage.publish(scene, id: 1, sequence: 1)
        try await stage.publish(scene, "users", id: 1, sequence: 1)
        #expect(try await stage.run().exitCode == .ok)
        return (stage, scene)
    }

    private static func publishReset(_ stage: LoaderStage, _ scene: Scene, mark: Int64, sequence: Int64) async throws {
        var schema = try #require(LoaderStage.streams.first { $0.name == "tickets" }).schema
        schema.reset = mark
        let data = String(decoding: try JSONEncoder().encode(schema), as: UTF8.self)
        try await stage.publish(
            stage.namespace.records(.support, "tickets"),
            key: MessageKey.record(scene.key, "\(sequence)"),
            scene.wire(.schema, "tickets", sequence: sequence, data: data),
            tenant: scene.key.tenant
        )
    }

    @Test(
        "a dropped table's stream that was left out loads again, with what was passed over before the reset",
        arguments: [1, 3, 100]
    )
    func endsWaiting(rows: Int) async throws {
        let (stage, scene) = try await Self.stage()
        try stage.change(scene, "DROP TABLE tickets")
        for id in 2...5 as ClosedRange<Int64> {
            try await stage.publish(scene, id: Int(id), sequence: id)
            try await stage.publish(scene, "users", id: Int(id), sequence: id)
        }
        let left = try await stage.run(BatchSettings(rows: rows))
        #expect(left.exitCode == .partial && left.leftOut.map(\.key.table) == ["tickets"])
        // From a later date on: ticket 2 does not come again.
        try await Self.publishReset(stage, scene, mark: 7, sequence: 10)
        for id in [1, 4, 5] { try await stage.publish(scene, id: id, #""subject":"again""#, sequence: Int64(10 + id)) }
        let summary = try await stage.run(BatchSettings(rows: rows))
        #expect(summary.exitCode == .ok && summary.leftOut.isEmpty)
        #expect(
            try stage.rows(scene, "SELECT id, subject FROM tickets ORDER BY id")
                == ["1|again", "2|-", "3|-", "4|again", "5|again"]
        )
        #expect(try stage.rows(scene, "SELECT count(*) FROM users") == ["5"])
        let reports = try await stage.messages(of: stage.namespace.loadingReports, as: LoadingReport.self)
        #expect(reports.filter { $0.schemaChanges.contains("reset tickets") }.count == 1, "it is done once")
        let after = try await stage.run(BatchSettings(rows: rows))
        #expect(after.exitCode == .ok && after.tables.isEmpty)
    }

    @Test("a running loader that meets the reset goes back by itself", arguments: [2, 100])
    func runningLoader(rows: Int) async throws {
        let (stage, scene) = try await Self.stage()
        try stage.change(scene, "ALTER TABLE tickets DROP COLUMN _sdc_received_at")
        for id in 2...5 as ClosedRange<Int64> { try await stage.publish(scene, id: Int(id), sequence: id) }
        try await Self.publishReset(stage, scene, mark: 7, sequence: 10)
        try await stage.publish(scene, id: 1, sequence: 11)
        let summary = try await stage.run(BatchSettings(rows: rows))
        #expect(summary.exitCode == .ok && summary.leftOut.isEmpty)
        #expect(try stage.rows(scene, "SELECT id FROM tickets ORDER BY id") == ["1", "2", "3", "4", "5"])
    }

    @Test("a reset that something is in the way of waits without end or harm, and is done once the way is free")
    func waits() async throws {
        let (stage, scene) = try await Self.stage()
        try stage.change(scene, "ALTER TABLE tickets RENAME TO mine")
        try stage.change(scene, "CREATE VIEW tickets AS SELECT * FROM mine")
        for id in 2...4 as ClosedRange<Int64> {
            try await stage.publish(scene, id: Int(id), sequence: id)
            try await stage.publish(scene, "users", id: Int(id), sequence: id)
        }
        try await Self.publishReset(stage, scene, mark: 7, sequence: 10)
        try await stage.publish(scene, id: 1, sequence: 11)
        for rows in [1, 100] {
            let summary = try await stage.run(BatchSettings(rows: rows))
            #expect(summary.exitCode == .partial)
            #expect(summary.leftOut.values.first?.message.contains("tickets is no table any more") == true)
        }
        #expect(try stage.rows(scene, "SELECT count(*) FROM users") == ["4"])
        #expect(try stage.rows(scene, "SELECT count(*) FROM mine") == ["1"])
        try stage.change(scene, "DROP VIEW tickets")
        #expect(try await stage.run().exitCode == .ok)
        #expect(try stage.rows(scene, "SELECT id FROM tickets ORDER BY id") == ["1", "2", "3", "4"])
    }

    @Test("a table that breaks again after its reset is left out, until the next reset")
    func breaksAgain() async throws {
        let (stage, scene) = try await Self.stage()
        try stage.change(scene, "DROP TABLE tickets")
        try await Self.publishReset(stage, scene, mark: 7, sequence: 10)
        try await stage.publish(scene, id: 1, sequence: 11)
        #expect(try await stage.run().exitCode == .ok)
        try stage.change(scene, "DELETE FROM tickets")
        try await stage.publish(scene, id: 2, sequence: 12)
        let left = try await stage.run()
        #expect(left.leftOut.values.first?.message.contains("table tickets was emptied") == true)
        try await Self.publishReset(stage, scene, mark: 8, sequence: 20)
        try await stage.publish(scene, id: 1, sequence: 21)
        #expect(try await stage.run().exitCode == .ok)
        #expect(try stage.rows(scene, "SELECT id FROM tickets ORDER BY id") == ["1", "2"])
    }

    @Test("a loader that dies around the reset's transaction leaves it done once", arguments: [true, false])
    func dies(afterCommit: Bool) async throws {
        let (stage, scene) = try await Self.stage()
        try stage.change(scene, "DROP TABLE tickets")
        try await stage.publish(scene, id: 2, sequence: 2)
        try await Self.publishReset(stage, scene, mark: 7, sequence: 10)
        try await stage.publish(scene, id: 1, sequence: 11)
        let lost = DestinationError.unavailable("the answer was lost")
        // The first load is of what was published before the reset; it fails by itself.
        stage.destination.faults.withLock { faults in
            if afterCommit { faults.answers = [lost] } else { faults.loads = [lost] }
        }
        _ = try await stage.run(BatchSettings(rows: 1))
        #expect(try await stage.run().exitCode == .ok)
        #expect(try stage.rows(scene, "SELECT id FROM tickets ORDER BY id") == ["1", "2"])
        let streams = "SELECT json_extract(schema, '$.reset') FROM _deskpipe_streams WHERE stream = 'tickets'"
        #expect(try stage.rows(scene, streams) == ["7"])
    }

    @Test("a later schema event without a mark leaves the reset known")
    func keepsMark() async throws {
        let (stage, scene) = try await Self.stage()
        try await Self.publishReset(stage, scene, mark: 7, sequence: 10)
        var schema = try #require(LoaderStage.streams.first { $0.name == "tickets" }).schema
        schema.columns.append(ColumnDefinition(path: "fresh", type: .string))
        let data = String(decoding: try JSONEncoder().encode(schema), as: UTF8.self)
        try await stage.publish(
            stage.namespace.records(.support, "tickets"),
            key: MessageKey.record(scene.key, "20"),
            scene.wire(.schema, "tickets", sequence: 20, data: data),
            tenant: scene.key.tenant
        )
        #expect(try await stage.run(BatchSettings(rows: 1)).exitCode == .ok)
        let streams = "SELECT json_extract(schema, '$.reset'), sequence FROM _deskpipe_streams WHERE stream = 'tickets'"
        #expect(try stage.rows(scene, streams) == ["7|20"])
        #expect(try stage.rows(scene, "SELECT count(fresh) FROM tickets") == ["0"])
    }
}
