import Foundation
import Testing

/// `deskpipe init`, with answers that are piped in, with flags, and at a terminal.
@Suite("Asking for a configuration")
struct InitTests {
    private static let canary = "canary-secret-4711"

    private static let answers = """
        1
        acme
        Stitch Zendesk



        1
        env:INIT_ID
        \(canary)

        6h@02:00
        -tags
        users.phone
        no

        """

    private static func run(
        _ workspace: Workspace,
        _ arguments: [String],
        answers: String? = nil
    ) async throws -> Program.Outcome {
        let input = answers.map { _ in Pipe() }
        let program = try Program(
            Executable.deskpipe.path,
            arguments,
            environment: ["PATH": "/usr/bin:/bin"],
            in: workspace.directory,
            input: input
        )
        if let answers, let input {
            try input.fileHandleForWriting.write(contentsOf: Data(answers.utf8))
            try input.fileHandleForWriting.close()
        }
        return try await program.outcome()
    }

    @Test("piped answers become a file that is accepted, and a secret only a file of its own")
    func piped() async throws {
        let workspace = try Workspace()
        let outcome = try await Self.run(workspace, ["init"], answers: Self.answers)
        try #require(outcome.exit == .status(0), "\(outcome.errors)")
        #expect(outcome.output.hasSuffix("Next: deskpipe check\n"))
        let file = try String(contentsOf: workspace.configuration, encoding: .utf8)
        for text in [
            "name: Stitch Zendesk", "client_id: env:INIT_ID, client_secret: file:./secrets/acme.support.client-secret",
            "schedule: { every: 6h, anchor: \"02:00\" }", "exclude: [tags]", "columns: { users: { exclude: [phone] } }",
        ] {
            #expect(file.contains(text), "\(text)\n\(file)")
        }
        #expect(try await Self.run(workspace, ["settings", "-c", "deskpipe.yaml"]).exit == .status(0))
        #expect(!(outcome.output + outcome.errors).contains(Self.canary))
        #expect(try workspace.files(holding: [Self.canary]) == ["acme.support.client-secret: \(Self.canary)"])
        let secret = workspace.path("secrets/acme.support.client-secret")
        let mode = try FileManager.default.attributesOfItem(atPath: secret)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("a file that is there is not overwritten without --force")
    func overwriting() async throws {
        let workspace = try Workspace()
        let flags = ["init", "--yes", "--subdomain", "acme", "--client-id", "env:A", "--client-secret", "env:B"]
        #expect(try await Self.run(workspace, flags).exit == .status(0))
        let first = try String(contentsOf: workspace.configuration, encoding: .utf8)
        let second = try await Self.run(workspace, flags + ["--name", "Other"])
        #expect(second.exit == .status(78) && second.errors.contains("--force"))
        #expect(try String(contentsOf: workspace.configuration, encoding: .utf8) == first)
        #expect(try await Self.run(workspace, flags + ["--name", "Other", "--force"]).exit == .status(0))
        #expect(try String(contentsOf: workspace.configuration, encoding: .utf8).contains("name: Other"))
    }

    @Test("--print writes nothing; what is missing or wrong is said with its flag; no flag takes a secret")
    func flags() async throws {
        let workspace = try Workspace()
        let good = ["init", "--print", "--yes", "--subdomain", "acme", "--client-id", "env:A", "--client-secret"]
        let shown = try await Self.run(workspace, good + ["env:B", "--schedule", "0 0 3 * * ?"])
        #expect(shown.exit == .status(0) && shown.output.contains("schedule: { cron: \"0 0 3 * * ?\" }"))
        #expect(!FileManager.default.fileExists(atPath: workspace.configuration.path))
        for (arguments, words) in [
            (good + [Self.canary], "--client-secret takes a reference"),
            (["init", "--yes", "--subdomain", "https://acme.zendesk.com"], "only the prefix belongs here: `acme`"),
            (["init", "--yes", "--subdomain", "acme"], "--client-id: it is missing"),
            (good + ["env:B", "--schedule", "0 3 * * *"], "--schedule: 5 fields are Unix cron"),
            (good + ["env:B", "--streams=ticketz"], "--streams: there is no stream `ticketz`; did you mean `ticket"),
        ] {
            let outcome = try await Self.run(workspace, arguments)
            #expect(outcome.exit == .status(2) && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
            #expect(!outcome.errors.contains(Self.canary))
        }
        let ended = try await Self.run(workspace, ["init"], answers: "1\n")
        #expect(ended.exit == .status(2) && ended.errors.contains("--subdomain"))
    }

    @Test(
        "at a terminal a wrong answer is asked again, and a secret is never shown",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "python3 is needed: skipped")
    )
    func terminal() async throws {
        let workspace = try Workspace()
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "typing.py").path
        let wrongFirst = Self.answers.replacing("acme\n", with: "https://acme.zendesk.com\nacme\n", maxReplacements: 1)
        let answers = workspace.path("answers.txt")
        try Data(wrongFirst.utf8).write(to: URL(filePath: answers))
        let typing = try Program(
            "/usr/bin/python3",
            [script, answers, Executable.deskpipe.path, "init"],
            environment: ["PATH": "/usr/bin:/bin", "TERM": "xterm"],
            in: workspace.directory
        )
        let outcome = try await typing.outcome()
        try #require(outcome.exit == .status(0), "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("only the prefix belongs here: `acme`"))
        #expect(outcome.output.contains("env:INIT_ID"), "what is no secret is shown")
        #expect(!outcome.output.contains(Self.canary))
        #expect(FileManager.default.fileExists(atPath: workspace.path("secrets/acme.support.client-secret")))
    }
}
