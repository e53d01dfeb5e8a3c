import Foundation
import Loader
import Messaging
import Model
import TestSupport
import Testing

/// An older copy of a connection's file is put in place of it, as after a loss of power: the group's commit is ahead.
@Suite("LoaderService: a file that lost its newest batches", .timeLimit(.minutes(30)))
struct LostTailTests {
    @Test("every row comes back, of tables that the older copy does not know too, and what others have stays theirs")
    func comesBack() async throws {
        let stage = try await LoaderStage()
        let scene = try Scene()
        let other = try Scene(connection: "other", schema: "other")
        for scene in [scene, other] {
            try await stage.define(scene)
            try await stage.publish((1...9).map { stage.message(scene, id: $0, sequence: Int64($0)) })
        }
        _ = try await stage.run(BatchSettings(rows: 4))
        let copy = stage.directory.path("older.sqlite")
        try FileManager.default.copyItem(atPath: stage.file(of: scene), toPath: copy)
        for scene in [scene, other] {
            let newer = (5...20).map { id in
                stage.message(scene, id: id, #""subject":"b""#, sequence: 100 + Int64(id))
            }
            try await stage.publish(newer)
            try await stage.publish((1...3).map { stage.message(scene, "users", id: $0, sequence: Int64($0)) })
        }
        let before = try await stage.run(BatchSettings(rows: 4))
        try Self.replace(stage.file(of: scene), by: copy)
        #expect(try stage.rows(scene, "SELECT count(*) FROM tickets") == ["9"])

        let after = try await stage.run(BatchSettings(rows: 4))
        #expect(after.exitCode == .ok && Set(after.tables.keys.map(\.connection)) == [scene.key])
        let sum = "SELECT count(*), sum(id), count(subject) FROM tickets"
        #expect(try stage.rows(scene, sum) == stage.rows(other, sum))
        #expect(try stage.rows(scene, sum) == ["20|210|16"])
        #expect(try stage.rows(scene, "SELECT count(*) FROM users") == ["3"])
        #expect(try stage.rows(scene, "SELECT count(*) FROM _deskpipe_outbox") == ["0"])
        let loads = "SELECT sum(events), sum(rows_loaded) FROM _deskpipe_loads"
        #expect(try stage.rows(scene, loads) == ["28|28"], "as if nothing had been lost")
        let counted = before.tables.filter { $0.key.connection == scene.key }.values.map(\.events).reduce(0, +)
        #expect(after.tables.values.map(\.events).reduce(0, +) == counted)
        let reports = try await stage.messages(of: stage.namespace.loadingReports, as: LoadingReport.self)
        #expect(reports.allSatisfy { $0.status == .succeeded && $0.isBalanced })
        #expect(try await stage.run().tables.isEmpty)
    }

    @Test("what the log has no more is reported as a gap, the rest comes back")
    func gap() async throws {
        let stage = try await LoaderStage()
        let scene = try Scene()
        try await stage.define(scene)
        try await stage.publish((1...4).map { stage.message(scene, id: $0, sequence: Int64($0)) })
        _ = try await stage.run()
        let copy = stage.directory.path("older.sqlite")
        try FileManager.default.copyItem(atPath: stage.file(of: scene), toPath: copy)
        try await stage.publish((5...9).map { stage.message(scene, id: $0, sequence: Int64($0)) })
        _ = try await stage.run()
        try Self.replace(stage.file(of: scene), by: copy)
        let shortened = CountingTransport(inner: stage.transport, mostAtATime: 100, start: 6) { _ in }
        let summary = try await stage.service(over: shortened).run(until: .idle(when: { true }))
        #expect(summary.exitCode == .ok)
        #expect(try stage.rows(scene, "SELECT id FROM tickets ORDER BY id") == ["1", "2", "3", "4", "7", "8", "9"])
        let reports = try await stage.messages(of: stage.namespace.loadingReports, as: LoadingReport.self)
        #expect(reports.last?.maxSequence == 9)
        let failed = reports.filter { $0.status == .failed }
        #expect(failed.map(\.table) == ["tickets"] && failed.first?.batch.firstOffset == 4)
        #expect(failed.first?.isGap == true)
        #expect(failed.first?.error?.contains("lost offsets 4 to 5") == true)
        #expect(failed.first?.error?.contains("--connection support --stream tickets") == true)
    }

    private static func replace(_ file: String, by copy: String) throws {
        for name in [file, "\(file)-wal", "\(file)-shm"] where FileManager.default.fileExists(atPath: name) {
            try FileManager.default.removeItem(atPath: name)
        }
        try FileManager.default.moveItem(atPath: copy, toPath: file)
    }
}
