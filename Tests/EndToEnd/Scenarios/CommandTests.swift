import Foundation
import Model
import Testing
import ZendeskSimulator

/// What people ask of a running process by the command line, beside it on the embedded log.
@Suite("Commands to a running process")
struct CommandTests {
    private struct Row: Decodable {
        var command: Command.Kind
        var state: String
        var note: String?
    }

    private struct Status: Decodable {
        var state: String
        var commands: [ConnectionState.ObeyedCommand]
        var nextRun: Timestamp?
        var rowsToLoad: Int

        enum CodingKeys: String, CodingKey {
            case state, commands
            case nextRun = "next_run"
            case rowsToLoad = "rows_to_load"
        }
    }

    private static let setting = Setting(log: .embedded, store: .sqlite)

    @Test("pause, run-now, reset, stop and resume are obeyed within seconds, and a pause outlives a restart")
    func obeyed() async throws {
        try await withScene(Self.setting, SceneOptions(tickets: 20)) { scene in
            var running = try scene.start("run")
            // The log is there when something is asked for.
            try #require(try await eventually { scene.simulator.account().total > 0 || running.hasEnded })
            #expect(try await eventually { try await runs(scene) >= 1 || running.hasEnded })
            #expect(try await ask(scene, "pause").state == "obeyed")
            let paused = try await status(scene)
            #expect(paused.state == "paused" && paused.nextRun == nil)
            running.send(SIGTERM)
            try await running.outcome()
            // Nobody owns the log: it is asked of the next one, and said so at once.
            let waiting = try await ask(scene, "run-now")
            #expect(waiting.state == "waiting" && waiting.note?.contains("no extractor is running") == true)
            let before = try await runs(scene)
            running = try scene.start("run")
            #expect(try await eventually { try await runs(scene) > before || running.hasEnded })
            #expect(try await status(scene).state == "paused")
            let users = try await records(scene, "users")
            #expect(try await ask(scene, "reset", "--stream", "users").state == "obeyed")
            #expect(try await ask(scene, "run-now").state == "obeyed")
            #expect(try await eventually { try await records(scene, "users") > users || running.hasEnded })
            #expect(try await ask(scene, "stop").state == "obeyed")
            #expect(try await ask(scene, "resume").state == "obeyed")
            let resumed = try await status(scene)
            #expect(resumed.nextRun != nil)
            #expect(resumed.commands.map(\.type) == [.pause, .run, .reset, .run, .stop, .resume])
            #expect(try await eventually { try await status(scene).rowsToLoad == 0 })
            running.send(SIGTERM)
            try await running.outcome()
            try await scene.expectTablesEqualTruth()
        }
    }

    private func ask(_ scene: Scene, _ arguments: String...) async throws -> Row {
        let outcome = try await scene.deskpipe(arguments + ["-o", "json"])
        try #require(outcome.exit == .status(0), "\(outcome.errors)")
        return try #require(try JSONDecoder().decode([Row].self, from: Data(outcome.output.utf8)).first)
    }

    private func status(_ scene: Scene) async throws -> Status {
        let outcome = try await scene.deskpipe("status", "-o", "json")
        try #require(outcome.exit == .status(0), "\(outcome.errors)")
        return try #require(try JSONDecoder().decode([Status].self, from: Data(outcome.output.utf8)).first)
    }

    private func runs(_ scene: Scene) async throws -> Int { try await scene.extractionReports().count }

    private func records(_ scene: Scene, _ stream: StreamName) async throws -> Int {
        try await scene.extractionReports().flatMap(\.streams).filter { $0.stream == stream }.reduce(0) { $0 + $1.records }
    }
}
