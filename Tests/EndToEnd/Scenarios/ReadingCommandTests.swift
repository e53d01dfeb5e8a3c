import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("Commands that only read")
struct ReadingCommandTests {
    @Test("`logs` shows the last run, or the one that is named, as people or programs want it", arguments: Setting.all)
    func logs(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 30)) { scene in
            try await scene.runOnce()
            try await scene.runOnce()
            let runs = try await scene.extractionReports().map(\.run.rawValue).sorted()
            try #require(runs.count == 2)
            let last = try await Self.lines(scene, [])
            #expect(Set(last.map(\.run.rawValue)) == [runs[1]])
            #expect(last.contains { $0.message == "run began" } && last.contains { $0.message == "run ended" })
            let first = try await Self.lines(scene, ["--run", runs[0]])
            #expect(Set(first.map(\.run.rawValue)) == [runs[0]])
            #expect(try await Self.lines(scene, ["--level", "error"]).isEmpty)
            #expect(try await Self.lines(scene, ["--tenant", "other"]).isEmpty)
            let text = try await scene.deskpipe("logs")
            #expect(text.exit == .status(0) && text.output.contains("INFO    acme/support: run began"))
            #expect(!text.output.contains("\u{1b}"), "a pipe has no colours")
            #expect(try await scene.deskpipe("logs", "--level", "loud").exit == .status(2))
        }
    }

    @Test("`logs --follow` shows beside a running process what it says, until asked to stop", arguments: Setting.all)
    func follow(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 30)) { scene in
            scene.simulator.inject(Fault("/api/v2/groups", .delay(.seconds(600)), count: 1))
            if setting.log == .kafka { try await scene.deskpipe("apply") }
            let running = try scene.start(setting.log == .kafka ? ["extractor"] : ["run"])
            let hasBegun = try await eventually { scene.simulator.account().total > 0 || running.hasEnded }
            try #require(hasBegun && !running.hasEnded, "\(running.errors)")
            let follower = try scene.start("logs", "--follow")
            let hasShown = try await eventually { follower.output.contains("run began") || follower.hasEnded }
            #expect(hasShown && !follower.output.contains("run ended"))
            // The run is stopped: its last line reaches the follower too.
            running.send(SIGTERM)
            try await running.outcome()
            #expect(try await eventually { follower.output.contains("run ended") || follower.hasEnded })
            follower.send(SIGINT)
            let outcome = try await follower.outcome()
            #expect(outcome.exit == .status(130), "\(outcome.errors)")
        }
    }

    @Test("`streams` shows selection, method and verdicts; without a file the whole catalogue")
    func streams() async throws {
        try await withScene(Setting.all[0], SceneOptions(tickets: 30)) { scene in
            let before = try await Self.streams(scene, ["-c", scene.workspace.configuration.path])
            let tickets = try #require(before.first { $0.stream == "tickets" })
            #expect(tickets.selected && tickets.method == "incremental" && tickets.key == ["id"])
            #expect(tickets.connection == "acme/support" && tickets.verdict == nil)
            try await scene.runOnce()
            let after = try await Self.streams(scene, ["-c", scene.workspace.configuration.path])
            #expect(after.first { $0.stream == "tickets" }?.verdict == "caught up")
            let asked = try await Self.streams(scene, ["-c", scene.workspace.configuration.path, "--check"])
            #expect(asked.first { $0.stream == "tickets" }?.verdict == "ok")
            let requests = scene.simulator.account().total
            let all = try await Self.streams(scene, [])
            #expect(Set(all.map(\.source)) == ["zendesk-support", "zendesk-chat"])
            #expect(all.allSatisfy { $0.connection == nil } && scene.simulator.account().total == requests)
        }
    }

    private struct Row: Decodable {
        var connection: String?
        var source: String
        var stream: String
        var selected: Bool
        var method: String
        var key: [String]
        var verdict: String?
    }

    private static func streams(_ scene: Scene, _ arguments: [String]) async throws -> [Row] {
        // Elsewhere than the configuration, which is taken by its usual name where it lies.
        let elsewhere = scene.workspace.directory.appending(path: "elsewhere")
        try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
        let outcome = try await Program(
            Executable.deskpipe.path,
            ["streams", "-o", "json"] + arguments,
            environment: Scene.environment,
            in: elsewhere
        ).outcome()
        try #require(outcome.exit == .status(0), "\(outcome.errors)")
        return try JSONDecoder().decode([Row].self, from: Data(outcome.output.utf8))
    }

    private static func lines(_ scene: Scene, _ arguments: [String]) async throws -> [LogLine] {
        let outcome = try await scene.deskpipe(["logs", "-o", "json"] + arguments)
        try #require(outcome.exit == .status(0), "\(outcome.errors)")
        return try outcome.output.split(separator: "\n").map {
            try JSONDecoder().decode(LogLine.self, from: Data($0.utf8))
        }
    }
}
