import Model
import Testing
import ZendeskSimulator

/// `kill -9` at random moments while every stream of both sources is read, the audits' lane among them. Ten times for
/// each database, more with `DESKPIPE_TEST_SCALE`; `DESKPIPE_TEST_SEED` repeats the moments of an earlier run.
@Suite("Every stream, killed at any moment")
struct AllStreamsKillTests {
    @Test("the tables are the account's, and no request was one too many", arguments: Setting.on(.embedded))
    func killed(setting: Setting) async throws {
        var options = AllStreams.options(tickets: 60, listed: 8, exported: 12)
        options.rows = 200
        options.bytes = "256KiB"
        try await withScene(setting, options) { scene in
            var killer = Killer(scene, kills: 10 * Setting.scale)
            // The tickets come last, while the others are loaded already.
            scene.simulator.inject(Fault("/api/v2/incremental/tickets", .delay(.milliseconds(500))))
            scene.simulator.inject(Fault("/api/v2", .delay(.milliseconds(20))))
            while try await killer.strikes({ round in
                _ = try await AllStreams.changeEverything(scene, seed: UInt64(round))
                return [try scene.start("run", "--once")]
            }) {}
            scene.simulator.clearFaults()
            // A list whose read was broken off is read on, and so is as of that read's beginning, before later changes.
            try await scene.runOnce()
            try await scene.runOnce()
            print("every stream, \(setting.testDescription), seed \(killer.seed): \(killer.account)")
            try await scene.expectTablesEqualTruth("seed \(killer.seed): \(killer.account)")
            #expect(killer.oversteps == 0)
            let reports = try await scene.loadingReports()
            #expect(reports.allSatisfy { $0.status == .failed || $0.isBalanced })
        }
    }
}
