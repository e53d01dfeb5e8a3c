import Failpoints
import Foundation
import GRDB
import LibPQ
import Model
import Testing
import ZendeskSimulator

@Suite("Rejected records")
struct RejectsTests {
    @Test(
        "`rejects` lists what the database refuses, and replays it once that is mended",
        arguments: Setting.on(.embedded)
    )
    func replay(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 60)) { scene in
            // Before anything is loaded there is nothing, and nothing is made.
            let before = try await scene.deskpipe("rejects")
            #expect(before.exit == .status(0) && before.output.contains("No record is rejected"), "\(before.errors)")
            #expect(try scene.database.tables().isEmpty)
            try await scene.runOnce()
            try Self.block(scene)
            try await scene.change(WorldChange(updated: [.tickets: 40], added: [.tickets: 10]))
            try await scene.runOnce()
            let refused = try Self.rejected(scene)
            try #require(refused > 5)

            let list = try await scene.deskpipe("rejects", "list")
            #expect(list.exit == .status(0) && list.output.contains("the destination refused it"), "\(list.errors)")
            let json = try await scene.deskpipe("rejects", "list", "--table", "tickets", "-o", "json")
            let lines = try json.output.split(separator: "\n").map {
                try JSONDecoder().decode(Line.self, from: Data($0.utf8))
            }
            #expect(lines.count == refused && lines.allSatisfy { $0.replayable && $0.key != nil && $0.record == nil })
            #expect(Set(lines.map(\.reason)).count == 1, "\(lines.map(\.reason))")
            let whole = try await scene.deskpipe("rejects", "list", "-o", "json", "--records")
            #expect(whole.output.contains("\"record\":"))
            #expect(try await scene.deskpipe("rejects", "list", "--records").exit == .status(2))
            let none = try await scene.deskpipe("rejects", "list", "--table", "users", "-o", "json")
            #expect(none.exit == .status(0) && none.output.isEmpty)

            let early = try await scene.deskpipe("rejects", "replay")
            #expect(early.exit == .status(3), "\(early.errors)")
            #expect(try Self.rejected(scene) == refused)
            try Self.unblock(scene)
            let replay = try await scene.deskpipe("rejects", "replay", "--table", "tickets")
            #expect(replay.exit == .status(0), "\(replay.errors)")
            #expect(replay.output.contains("still rejected"))
            #expect(try Self.rejected(scene) == 0)
            try await scene.expectTablesEqualTruth()
            // Its reports reach the topic with the loader's next batch.
            try await scene.change(WorldChange(updated: [.tickets: 5]))
            try await scene.runOnce()
            let reports = try await scene.loadingReports()
            #expect(reports.allSatisfy { $0.isBalanced })
            let replayed = reports.filter { $0.isReplay == true }.reduce(0) { $0 + $1.rowsLoaded }
            #expect(replayed == refused)
            try await scene.expectTablesEqualTruth()
        }
    }

    @Test("a replay that is killed at any of its steps loses and doubles nothing", arguments: Setting.on(.embedded))
    func killed(setting: Setting) async throws {
        var options = SceneOptions(tickets: 200)
        options.streams = ["tickets", "users"]
        try await withScene(setting, options) { scene in
            try await scene.runOnce()
            try Self.block(scene)
            try await scene.change(WorldChange(updated: [.tickets: 150]))
            try await scene.runOnce()
            try Self.unblock(scene)
            var settings = scene.settings
            settings.rows = 4
            try scene.workspace.write(settings)
            for (step, committed) in Self.steps(setting) {
                let before = try Self.rejected(scene)
                // It does not die in its last batch.
                try #require(before > 12)
                let plan = ["DESKPIPE_FAILPOINT": "\(step.rawValue):2:kill"]
                let outcome = try await scene.deskpipe(["rejects", "replay"], environment: plan)
                #expect(outcome.exit == .signal(SIGKILL), "\(step): \(outcome.errors)")
                #expect(outcome.errors.contains("failpoint \(step.rawValue):2 kill"), "\(outcome.errors)")
                let loaded = before - (try Self.rejected(scene))
                #expect(loaded == 4 * committed, "\(step)")
            }
            let last = try await scene.deskpipe("rejects", "replay")
            #expect(last.exit == .status(0), "\(last.errors)")
            #expect(try Self.rejected(scene) == 0)
            try await scene.expectTablesEqualTruth()
        }
    }

    /// The durable steps of a batch that is replayed, and how many batches are loaded once each was come to twice.
    private static func steps(_ setting: Setting) -> KeyValuePairs<Failpoint, Int> {
        guard setting.store == .postgresql else {
            return [.positionsLocked: 1, .rowsMerged: 1, .positionsWritten: 1, .commitSending: 1, .commitAnswered: 2]
        }
        // A COPY for the tickets, and one for a table below them.
        return [
            .copyBegun: 0, .rowsStaged: 1, .positionsLocked: 1, .rowsMerged: 1, .positionsWritten: 1, .commitSending: 1,
            .commitAnswered: 2,
        ]
    }

    private struct Line: Decodable {
        var reason: String
        var key: String?
        var replayable: Bool
        var record: String?
    }

    private static func rejected(_ scene: Scene) throws -> Int {
        try scene.database.count("SELECT count(*) FROM \(scene.database.name("_sdc_rejected"))")
    }

    /// Makes the database refuse two of three tickets, by a rule of its owner.
    static func block(_ scene: Scene) throws {
        let tickets = scene.database.name("tickets")
        try write(
            scene,
            server: "ALTER TABLE \(tickets) ADD CONSTRAINT frozen CHECK (id % 3 = 0) NOT VALID",
            file: """
                CREATE TRIGGER frozen BEFORE INSERT ON tickets WHEN NEW.id % 3 <> 0
                BEGIN SELECT RAISE(ABORT, 'frozen'); END
                """
        )
    }

    private static func unblock(_ scene: Scene) throws {
        try write(
            scene,
            server: "ALTER TABLE \(scene.database.name("tickets")) DROP CONSTRAINT frozen",
            file: "DROP TRIGGER frozen"
        )
    }

    private static func write(_ scene: Scene, server: String, file: String) throws {
        switch scene.database.place {
        case .server(let url): try PQConnection(parameters: TestDatabase.parameters(url)).execute(server)
        case .file(let path):
            try DatabaseQueue(path: path.path).writeWithoutTransaction { try $0.execute(sql: file) }
        case .directory:
            Issue.record("files have no rules to refuse a record by")
        }
    }
}
