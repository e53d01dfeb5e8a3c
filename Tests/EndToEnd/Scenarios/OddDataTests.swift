import Foundation
import Model
import Testing
import ZendeskSimulator

/// Records that say what few programs expect. Compared are their keys; not their values, which follow rules that the
/// oracle does not have (columns whose names are cut or told apart by a hash, text without NUL).
@Suite("Odd data")
struct OddDataTests {
    private static let streams = ["tickets", "users", "ticket_comments", "ticket_audits"]

    @Test("every record has its row, or is reported as rejected", arguments: Setting.on(.embedded) + [.files])
    func odd(setting: Setting) async throws {
        var options = SceneOptions(tickets: 60)
        options.streams = Self.streams
        options.configure = { $0.world.isOdd = true }
        try await withScene(setting, options) { scene in
            try await scene.runOnce()
            try await Self.expectRows(scene)
            // Members that were not there before, or had another type.
            try await scene.change(WorldChange(updated: [.tickets: 20, .users: 10], added: [.tickets: 3]))
            try await scene.runOnce()
            try await Self.expectRows(scene)
        }
    }

    private static func expectRows(_ scene: Scene) async throws {
        let loads = try await scene.loadingReports()
        #expect(loads.allSatisfy { $0.status == .succeeded && $0.isBalanced })
        let extracted = try await scene.extractionReports().flatMap(\.streams)
        let expected = try await scene.truth.tables()
        let actual = try scene.tables()
        for stream in streams {
            let keys = Set((expected.tables[stream] ?? [:]).keys)
            let found = Set((actual.tables[stream] ?? [:]).keys)
            let rejected =
                loads.filter { $0.table == stream }.reduce(0) { $0 + $1.rowsRejected }
                + extracted.filter { $0.stream.rawValue == stream }.reduce(0) { $0 + $1.rejected }
            #expect(found.subtracting(keys).sorted() == [], "\(stream)")
            #expect(keys.subtracting(found).count <= rejected, "\(stream)")
            if rejected > 0 { print("\(scene.setting.testDescription): \(rejected) of \(stream) are rejected") }
        }
        let reasons = try scene.database.texts("SELECT DISTINCT reason FROM \(scene.database.name("_sdc_rejected"))")
        for reason in reasons { print("\(scene.setting.testDescription): \(reason ?? "no reason")") }
    }
}
