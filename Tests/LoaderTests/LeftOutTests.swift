import Foundation
import Loader
import Messaging
import Model
import TestSupport
import Testing

@Suite("LoaderService: tables that another hand changed", .timeLimit(.minutes(30)))
struct LeftOutTests {
    @Test("the stream of a table that is gone is left out, others load, and it catches up when the table is back")
    func leavesOut() async throws {
        let stage = try await LoaderStage()
        let scene = try Scene()
        try await stage.define(scene)
        try await stage.publish(scene, id: 1, sequence: 1)
        try await stage.publish(scene, "users", id: 1, sequence: 1)
        #expect(try await stage.run().exitCode == .ok)

        try stage.change(scene, "ALTER TABLE tickets RENAME TO away")
        for id in 2...5 as ClosedRange<Int64> {
            try await stage.publish(scene, id: Int(id), sequence: id)
            try await stage.publish(scene, "users", id: Int(id), sequence: id)
        }
        let summary = try await stage.run(BatchSettings(rows: 3))
        #expect(summary.exitCode == .partial && summary.setAside.isEmpty)
        #expect(summary.leftOut.map(\.key.table) == ["tickets"])
        let said = "reset --tenant acme --connection support --stream tickets"
        #expect(summary.leftOut.values.first?.message.contains(said) == true)
        #expect(try stage.rows(scene, "SELECT count(*) FROM users") == ["5"])
        #expect(try stage.rows(scene, "SELECT count(*) FROM away") == ["1"])
        let reports = try await stage.messages(of: stage.namespace.loadingReports, as: LoadingReport.self)
        let failed = reports.filter { $0.status == .failed }
        #expect(failed.map(\.table) == ["tickets"], "it is said once a minute at most")
        #expect(failed.first?.error?.contains("table tickets was dropped") == true)

        try stage.change(scene, "ALTER TABLE away RENAME TO tickets")
        let after = try await stage.run()
        #expect(after.exitCode == .ok && after.leftOut.isEmpty)
        #expect(try stage.rows(scene, "SELECT count(*) FROM tickets") == ["5"])
        #expect(after.tables.values.reduce(0) { $0 + $1.events } == 4, "no other event is loaded twice")
    }

    @Test("a running loader sees by itself that a table is back")
    func comesBack() async throws {
        let stage = try await LoaderStage()
        let scene = try Scene()
        try await stage.define(scene)
        try await stage.publish(scene, id: 1, sequence: 1)
        try await stage.publish(scene, "users", id: 1, sequence: 1)
        _ = try await stage.run()
        try stage.change(scene, "ALTER TABLE tickets RENAME TO away")
        for id in 2...9 as ClosedRange<Int64> {
            try await stage.publish(scene, id: Int(id), sequence: id)
            try await stage.publish(scene, "users", id: Int(id), sequence: id)
        }
        let summary = try await stage.run(BatchSettings(rows: 4)) { progress in
            guard case .loaded(_, let reports) = progress, reports.contains(where: { $0.table == "users" }) else {
                return
            }
            // Done once; the next time there is nothing to rename.
            try? stage.change(scene, "ALTER TABLE away RENAME TO tickets")
            stage.clock.advance(by: .seconds(61))
        }
        #expect(summary.leftOut.isEmpty && summary.exitCode == .ok)
        #expect(try stage.rows(scene, "SELECT count(*) FROM tickets") == ["9"])
        #expect(try stage.rows(scene, "SELECT count(*) FROM users") == ["9"])
    }
}
