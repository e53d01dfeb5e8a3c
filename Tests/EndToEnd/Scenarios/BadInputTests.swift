import Foundation
import Model
import Testing
import ZendeskSimulator

/// Each mistake has its exit code and one line that says what to do, and leaves nothing that looks done.
@Suite("Bad input")
struct BadInputTests {
    private static let embedded = Setting(log: .embedded, store: .sqlite)

    @Test(
        "a wrong configuration is told by its line, before anything is made",
        arguments: [
            ("namespace:", "namspace:", "did you mean `namespace`?"),
            ("rows:", "row:", "did you mean `rows`?"),
            ("subdomain: acme", "subdomain: https://acme.zendesk.com/agent", "`acme`"),
            ("subdomain: acme", "subdomain: acme.evil.example", "prefix"),
            ("client_secret: env:E2E_SECRET", "client_secret: hunter2", "env:NAME or file:PATH"),
            ("source: zendesk-support", "source: zendesk-talk", "zendesk-support"),
        ]
    )
    func configuration(part: String, replacement: String, says: String) async throws {
        try await withScene(Self.embedded, SceneOptions(tickets: 5)) { scene in
            let text = scene.settings.yaml.replacing(part, with: replacement)
            try Data(text.utf8).write(to: scene.workspace.configuration)
            for command in [["run", "--once"], ["check"]] {
                let outcome = try await scene.deskpipe(command)
                outcome.expectRefusal(.configuration, saying: says)
                #expect(!outcome.errors.contains("hunter2"))
            }
            #expect(scene.simulator.account().total == 0)
            #expect(!FileManager.default.fileExists(atPath: scene.workspace.path("log.sqlite")))
        }
    }

    @Test("a missing file and a missing secret are named", arguments: ["env:E2E_NOWHERE", "file:/nowhere/secret"])
    func missingSecret(reference: String) async throws {
        let auth = "{ type: oauth_client_credentials, client_id: env:E2E_CLIENT, client_secret: \"\(reference)\" }"
        try await withScene(Self.embedded, SceneOptions(tickets: 5, auth: auth)) { scene in
            let name = String(reference.split(separator: ":")[1])
            try await scene.deskpipe("run", "--once").expectRefusal(.configuration, saying: name)
            #expect(scene.simulator.account().total == 0)
            try FileManager.default.removeItem(at: scene.workspace.configuration)
            try await scene.deskpipe("run", "--once").expectRefusal(.configuration, saying: "deskpipe.yaml")
        }
    }

    @Test("a wrong secret ends with 4, and with the right one the next run does all")
    func wrongCredentials() async throws {
        try await withScene(Self.embedded, SceneOptions(tickets: 50)) { scene in
            let outcome = try await scene.deskpipe(["run", "--once"], environment: ["E2E_SECRET": "wrong-one"])
            outcome.expectRefusal(.authentication, saying: "auth")
            #expect(!outcome.errors.contains("wrong-one"))
            let report = try #require(try await scene.extractionReports().last)
            #expect(report.status == .failed)
            #expect(report.streams.allSatisfy { $0.status != .caughtUp && $0.records == 0 })
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth()
        }
    }

    @Test("an address where nobody answers ends with 7")
    func unreachable() async throws {
        // Nobody listens on port 1.
        try await withScene(Self.embedded, SceneOptions(tickets: 5, endpoint: "http://127.0.0.1:1")) { scene in
            let check = try await scene.deskpipe("check")
            #expect(check.exit == .status(ExitCode.sourceUnavailable.rawValue), "\(check.errors)")
            #expect(check.output.contains("127.0.0.1") && check.output.contains("-> check `subdomain`"))
            let outcome = try await scene.deskpipe(["run", "--once"], within: .seconds(180))
            outcome.expectRefusal(.sourceUnavailable, saying: "127.0.0.1")
        }
    }

    @Test("a stream that is refused leaves the others loaded, and ends with 3")
    func partial() async throws {
        try await withScene(Self.embedded, SceneOptions(tickets: 50)) { scene in
            scene.simulator.inject(Fault("/api/v2/incremental/users", .status(403)))
            let outcome = try await scene.deskpipe("run", "--once")
            outcome.expectRefusal(.partial, saying: "users")
            let tables = try scene.tables()
            #expect(tables.count("tickets") == 50 && tables.count("users") == 0)
            scene.simulator.clearFaults()
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth()
        }
    }

    @Test("a second process on the same embedded log ends with 8 and names the first")
    func twoProcesses() async throws {
        try await withScene(Self.embedded, SceneOptions(tickets: 50)) { scene in
            scene.simulator.inject(Fault("/api/v2/groups", .delay(.seconds(600)), count: 1))
            let first = try scene.start("run", "--once")
            let isRunning = try await eventually { scene.simulator.account().total > 0 || first.hasEnded }
            try #require(isRunning)
            let second = try await scene.deskpipe("run", "--once")
            second.expectRefusal(.transport, saying: "\(first.identifier)")
            // Reading works beside it.
            #expect(try await scene.deskpipe("reports").exit == .status(0))
            first.send(SIGKILL)
            try await first.outcome()
            scene.simulator.clearFaults()
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth()
        }
    }

    @Test("a schema that belongs to another connection is not touched", arguments: Setting.on(.embedded) + [.files])
    func otherOwner(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 50)) { scene in
            try await scene.runOnce()
            let before = try scene.tables()
            try await scene.change(WorldChange(updated: [.tickets: 20]))
            var other = scene.settings
            other.connection = "other"
            other.transport = "embedded:\(scene.workspace.path("other.sqlite"))"
            try scene.workspace.write(other)
            let outcome = try await scene.deskpipe("run", "--once")
            outcome.expectRefusal(.destination, saying: "acme/support")
            #expect(outcome.errors.contains("schema"))
            #expect(before.differences(from: try scene.tables()).isEmpty)
        }
    }

    @Test("a directory that may not be written ends with 9 for the database and with 8 for the log")
    func readOnly() async throws {
        try await withScene(Self.embedded, SceneOptions(tickets: 20)) { scene in
            let closed = scene.workspace.directory.appending(path: "closed")
            try FileManager.default.createDirectory(at: closed, withIntermediateDirectories: true)
            try Self.open(scene.workspace.directory)
            try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: closed.path)
            var settings = scene.settings
            settings.destination = "sqlite:\(closed.path)/warehouse"
            try scene.workspace.write(settings)
            try await Self.runUnprivileged(scene).expectRefusal(.destination, saying: "closed")
            settings.destination = scene.settings.destination
            settings.transport = "embedded:\(closed.path)/log.sqlite"
            try scene.workspace.write(settings)
            try await Self.runUnprivileged(scene).expectRefusal(.transport, saying: "closed")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: closed.path)
            try scene.workspace.write(scene.settings)
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth()
        }
    }

    @Test(
        "a full disk ends with 9, and once there is room the next run loads all",
        .enabled(if: Privileges.canMount, "no small file system can be mounted here: a full disk is not tried")
    )
    func fullDisk() async throws {
        try await withScene(Self.embedded, SceneOptions(tickets: 800, rows: 200)) { scene in
            let disk = scene.workspace.directory.appending(path: "warehouse").path
            try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
            try #require(Privileges.run("/bin/mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]))
            defer { Privileges.run("/bin/umount", ["-l", disk]) }
            let outcome = try await scene.deskpipe("run", "--once")
            outcome.expectRefusal(.destination, saying: "full")
            let tables = try scene.tables()
            let contradictions = try await scene.truth.contradictions(in: tables)
            #expect(contradictions.isEmpty, "\(contradictions.joined(separator: "\n"))")
            try #require(Privileges.run("/bin/mount", ["-o", "remount,size=200m", disk]))
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth()
        }
    }

    @Test(
        "a PostgreSQL role without rights ends with 9, and with rights the next run loads all",
        .enabled(if: Setting.postgresURL != nil, "DESKPIPE_TEST_POSTGRES is not set")
    )
    func roleWithoutRights() async throws {
        try await withScene(Setting(log: .embedded, store: .postgresql), SceneOptions(tickets: 50)) { scene in
            let role = "role_\(scene.database.schema)"
            _ = try scene.database.texts("CREATE ROLE \(role) LOGIN")
            var settings = scene.settings
            settings.destination = scene.database.url.replacing("//postgres@", with: "//\(role)@")
            try scene.workspace.write(settings)
            try await scene.deskpipe("run", "--once").expectRefusal(.destination, saying: role)
            #expect(try scene.database.tables().isEmpty)
            try scene.workspace.write(scene.settings)
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth()
            _ = try scene.database.texts("DROP ROLE \(role)")
        }
    }

    @Test("a PostgreSQL server that is not there ends with 9")
    func noServer() async throws {
        let url = "postgresql://nobody@127.0.0.1:1/nothing"
        try await withScene(Self.embedded, SceneOptions(tickets: 20, destination: url)) { scene in
            try await scene.deskpipe("run", "--once").expectRefusal(.destination, saying: "127.0.0.1")
        }
    }

    /// Lets anybody write below a directory.
    private static func open(_ directory: URL) throws {
        let all = FileManager.default.enumerator(atPath: directory.path)?.compactMap { $0 as? String } ?? []
        for path in [""] + all {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o777],
                ofItemAtPath: directory.appending(path: path).path
            )
        }
    }

    private static func runUnprivileged(_ scene: Scene) async throws -> Program.Outcome {
        let arguments = ["run", "--once", "-c", scene.workspace.configuration.path]
        let (executable, all) = Privileges.unprivileged(Executable.deskpipe.path, arguments)
        let directory = scene.workspace.directory
        return try await Program(executable, all, environment: Scene.environment, in: directory).outcome()
    }
}

extension Program.Outcome {
    /// It ended with this code, and said why in one line that holds the text.
    func expectRefusal(_ code: ExitCode, saying text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(exit == .status(code.rawValue), "\(errors)", sourceLocation: sourceLocation)
        #expect(complaints.count == 1, "\(errors)", sourceLocation: sourceLocation)
        #expect(complaints.first?.contains(text) == true, "\(errors)", sourceLocation: sourceLocation)
    }
}
