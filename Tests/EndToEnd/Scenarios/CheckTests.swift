import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("Checking")
struct CheckTests {
    @Test("every line has its verdict, as JSON too, and nothing is left behind", arguments: Setting.all + [.files])
    func well(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 40)) { scene in
            try await scene.makeTopics()
            let outcome = try await scene.deskpipe("check", "-o", "json")
            try #require(outcome.exit == .status(0), "\(outcome.output)\(outcome.errors)")
            let lines = try Self.lines(outcome)
            let checks = Set(lines.map(\.check))
            let expected: Set = [
                "transport", "prefix", "clock", "login", "role", "plan", "stream", "limits", "history", "destination",
                "schema",
            ]
            #expect(checks.isSuperset(of: expected), "\(expected.subtracting(checks))")
            #expect(lines.allSatisfy { $0.status != "problem" && $0.exitCode == 0 })
            #expect(lines.first { $0.check == "schema" }?.verdict == "free: it is made with the first load")
            #expect(try scene.database.tables().isEmpty)
            try await scene.runOnce()
            let after = try Self.lines(try await scene.deskpipe("check", "-o", "json"))
            #expect(after.first { $0.check == "schema" }?.verdict.hasPrefix("this connection's, ") == true)
        }
    }

    @Test("credentials that are refused end with 4, a role that is missing with 5", arguments: [true, false])
    func refused(isLogin: Bool) async throws {
        var credentials = Credentials()
        credentials.isAdmin = isLogin
        try await withScene(Self.embedded, SceneOptions(tickets: 5, credentials: credentials)) { scene in
            let environment = isLogin ? ["E2E_SECRET": "canary-wrong-secret"] : [:]
            let outcome = try await scene.deskpipe(["check"], environment: environment)
            #expect(outcome.exit == .status(isLogin ? 4 : 5), "\(outcome.output)")
            #expect(outcome.output.contains("PROBLEM") && outcome.output.contains("-> "))
            #expect(!outcome.output.contains("Success!"))
            #expect(try scene.workspace.files(holding: ["canary-wrong-secret"]).isEmpty)
        }
    }

    @Test("a schema of someone else, and a directory that cannot be written, end with 9 and what to do")
    func destination() async throws {
        try await withScene(Self.embedded, SceneOptions(tickets: 5)) { scene in
            try await scene.runOnce()
            let other = scene.settings.yaml.replacing("id: support", with: "id: other")
            try Data(other.utf8).write(to: scene.workspace.configuration)
            let outcome = try await scene.deskpipe("check")
            #expect(
                outcome.exit == .status(9) && outcome.output.contains("belongs to acme/support"),
                "\(outcome.output)"
            )
            let blocked = scene.workspace.path("blocked")
            try Data().write(to: URL(filePath: blocked))
            let text = scene.settings.yaml.replacing(scene.settings.destination, with: "sqlite:\(blocked)/warehouse")
            try Data(text.utf8).write(to: scene.workspace.configuration)
            #expect(try await scene.deskpipe("check").exit == .status(9))
        }
    }

    @Test("a broker that is gone ends with 8", arguments: Setting.on(.kafka).prefix(1))
    func transport(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 5)) { scene in
            let gone = scene.settings.yaml.replacing(/transport: .*/, with: "transport: kafka://127.0.0.1:1")
            try Data(gone.utf8).write(to: scene.workspace.configuration)
            let outcome = try await scene.deskpipe("check")
            #expect(outcome.exit == .status(8), "\(outcome.output)\(outcome.errors)")
            #expect(outcome.output.contains("transport"))
        }
    }

    @Test("`check --remote` is answered by the extractor that has the connection", arguments: CommandTests.settings)
    func remote(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 5)) { scene in
            try await scene.deskpipe("apply")
            let extractor = try scene.start(setting.log == .embedded ? ["run"] : ["extractor"])
            let hasBegun = try await eventually { scene.simulator.account().total > 0 || extractor.hasEnded }
            try #require(hasBegun && !extractor.hasEnded, "\(extractor.errors)")
            // Who asks has no secret of Zendesk's.
            let blind = ["E2E_CLIENT": "", "E2E_SECRET": ""]
            let outcome = try await scene.deskpipe(["check", "--remote", "-o", "json"], environment: blind)
            #expect(outcome.exit == .status(0), "\(outcome.output)\(outcome.errors)")
            let checks = Set(try Self.lines(outcome).map(\.check))
            #expect(checks.isSuperset(of: ["prefix", "login", "stream"]) && !checks.contains("destination"))
            scene.simulator.inject(Fault("/api/v2/users/me", .status(401)))
            let refused = try await scene.deskpipe(["check", "--remote"], environment: blind)
            #expect(refused.exit == .status(4) && refused.output.contains("PROBLEM"), "\(refused.output)")
            extractor.send(SIGTERM)
            try await extractor.outcome()
            guard setting.log == .embedded else { return }
            let alone = try await scene.deskpipe("check", "--remote")
            #expect(alone.exit == .status(7) && alone.output.contains("no extractor is running"), "\(alone.output)")
        }
    }

    private struct Line: Decodable {
        var check: String
        var status: String
        var verdict: String
        var exitCode: Int32

        enum CodingKeys: String, CodingKey {
            case check, status, verdict
            case exitCode = "exit_code"
        }
    }

    private static let embedded = Setting(log: .embedded, store: .sqlite)

    private static func lines(_ outcome: Program.Outcome) throws -> [Line] {
        try JSONDecoder().decode([Line].self, from: Data(outcome.output.utf8))
    }
}
