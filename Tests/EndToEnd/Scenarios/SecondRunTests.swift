import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("Runs after the first")
struct SecondRunTests {
    @Test(
        "a run after no change makes one request per stream and a login, and loads nothing",
        arguments: Setting.all + [.files]
    )
    func noChange(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 300)) { scene in
            try await scene.runOnce()
            let before = try await scene.loadingReports()
            scene.simulator.clearAccount()
            try await scene.runOnce()
            let account = scene.simulator.account()
            #expect(
                account.paths == [
                    "/oauth/tokens": 1, "/api/v2/groups": 1, "/api/v2/incremental/organizations": 1,
                    "/api/v2/incremental/tickets/cursor": 1, "/api/v2/incremental/users/cursor": 1,
                ]
            )
            let new = try await scene.loadingReports().new(since: before)
            for report in new { #expect(report.isBalanced && report.rowsLoaded == 0, "\(report.table): \(report)") }
            #expect(new.filter { $0.table != "groups" }.allSatisfy { $0.events == 0 })
            try await scene.expectTablesEqualTruth()
        }
    }

    @Test("a run after changes loads exactly the records that changed", arguments: Setting.all + [.files])
    func changes(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 300)) { scene in
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth("after the first run")
            var before = try await scene.loadingReports()
            for round in 1...2 {
                try await scene.change(
                    WorldChange(
                        updated: [.tickets: 17, .users: 5, .organizations: 3, .groups: 2],
                        deleted: [.tickets: 2, .users: 1],
                        added: [.tickets: 4, .users: 2, .organizations: 1, .groups: 1]
                    )
                )
                try await scene.runOnce()
                try await scene.expectTablesEqualTruth("after change \(round)")
                let all = try await scene.loadingReports()
                let new = all.new(since: before)
                before = all
                #expect(new.allSatisfy { $0.isBalanced })
                #expect(new.rowsLoaded("tickets") == 23)
                // Files get a row for every change.
                #expect(new.rowsInserted("tickets") == (setting.store == .files ? 23 : 4))
                // A deleted ticket has no metrics to send.
                #expect(new.rowsLoaded("ticket_metrics") == 21)
                #expect(new.rowsLoaded("users") == 8)
                #expect(new.rowsLoaded("organizations") == 4)
                #expect(new.rowsLoaded("groups") == 3)
            }
        }
    }

    @Test(
        "when the log is lost, the next run makes the tables whole again",
        arguments: Setting.on(.embedded) + [.files]
    )
    func logLost(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 200)) { scene in
            try await scene.runOnce()
            try await scene.change(WorldChange(updated: [.tickets: 10]))
            // The new log's offsets begin again, below the positions that the database has kept.
            for name in ["log.sqlite", "log.sqlite-wal", "log.sqlite-shm"] {
                let path = scene.workspace.path(name)
                if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
            }
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth()
        }
    }
}

extension [LoadingReport] {
    /// Those that are not among earlier ones.
    func new(since earlier: [LoadingReport]) -> [LoadingReport] {
        let known = Set(earlier.map(\.id))
        return filter { !known.contains($0.id) }
    }

    func rowsLoaded(_ table: String) -> Int { filter { $0.table == table }.reduce(0) { $0 + $1.rowsLoaded } }

    func rowsInserted(_ table: String) -> Int { filter { $0.table == table }.reduce(0) { $0 + $1.rowsInserted } }
}
