import Console
import ConsoleWeb
import Foundation
import Hummingbird
import Messaging
import Model
import ServiceRuntime
import TestSupport
import Testing

/// Changing and deleting a connection in the console.
@Suite("A connection's settings in the console")
struct SettingsTests {
    private static let path = "/c/acme/support/settings"

    private static func stage(origin: ConnectionDefinition.Origin) async throws -> Stage {
        let stage = try await Stage()
        let definition = try Sample.definition(origin: origin)
        try await stage.publish(stage.namespace.connections, definition.key, definition)
        try await stage.feed.readOn()
        return stage
    }

    private static func fields(
        startDate: String = "2025-11-20",
        every: String = "30m",
        streams: [String] = ["tickets", "users"]
    )
        -> [(String, String)]
    {
        [("start_date", startDate), ("frequency", "interval"), ("interval.every", every)]
            + streams.map { ("stream", $0) }
    }

    @Test("the difference is shown before it is saved, with what follows from it")
    func difference() async throws {
        let stage = try await Self.stage(origin: .console)
        try await stage.server().visited { guest in
            let shown = try await guest.post(Self.path, Self.fields(every: "6h", streams: ["tickets"]))
            #expect(
                shown.status == 200 && shown.words.contains("every 30 minutes") && shown.words.contains("every 6 hours")
            )
            #expect(shown.words.contains("users: not read any more; tables and rows stay"))
            #expect(
                try await stage.definitions().connections.first?.schedule.everySeconds == 1800,
                "nothing is saved yet"
            )
            let hidden = shown.text.matches(of: #/type="hidden" name="([^"]+)" value="([^"]*)"/#)
                .map { (String($0.output.1), String($0.output.2)) }.filter { $0.0 != "form_token" }
            let saved = try await guest.post(Self.path, hidden + [("step", "save")])
            #expect(saved.status == 303 && saved.headers[.location] == Self.path)
            #expect(try await guest.get(Self.path).words.contains("Saved. It holds from the next run on."))
            #expect(try await !guest.get(Self.path).words.contains("Saved."))
        }
        let changed = try #require(try await stage.definitions().connections.first)
        #expect(changed.schedule.everySeconds == 21_600 && changed.streams.exclude != [])
        #expect(try await stage.commands().isEmpty)
    }

    @Test("an earlier start date says what it re-reads, and does so only where it is wanted", arguments: [true, false])
    func startDate(isWanted: Bool) async throws {
        let stage = try await Self.stage(origin: .console)
        try await stage.server().visited { guest in
            let fields = Self.fields(startDate: "2024-01-01")
            let shown = try await guest.post(Self.path, fields)
            #expect(shown.words.contains("every selected stream is read again from 2024-01-01 on"))
            let choice = isWanted ? [("again", "*")] : []
            #expect(try await guest.post(Self.path, fields + choice + [("step", "save")]).status == 303)
        }
        #expect(try await stage.definitions().connections.first?.startDate == Timestamp(parsing: "2024-01-01"))
        let commands = try await stage.commands()
        #expect(commands.map(\.type) == (isWanted ? [.reset] : []))
        #expect(commands.allSatisfy { $0.from == Timestamp(parsing: "2024-01-01") && $0.stream == nil })
    }

    @Test("what is wrong is said, and nothing saved")
    func problems() async throws {
        let stage = try await Self.stage(origin: .console)
        try await stage.server().visited { guest in
            let answer = try await guest.post(Self.path, Self.fields(every: "1s", streams: []) + [("step", "save")])
            #expect(answer.status == 422 && answer.words.contains("choose at least one"))
        }
        #expect(try await stage.definitions().connections.first == Sample.definition())
    }

    @Test("a connection of the file is shown with its place, and nobody can change or delete it here")
    func file() async throws {
        let stage = try await Self.stage(origin: .file)
        let key = try Sample.definition().key
        try await stage.server(filePlaces: [key: "deskpipe.yaml:12"]).visited { guest in
            let page = try await guest.get(Self.path)
            #expect(page.words.contains("deskpipe.yaml:12") && page.words.contains("subdomain: acme"))
            #expect(!page.text.contains("<form method=\"post\" action=\"/c/"))
            #expect(try await guest.post(Self.path, Self.fields(every: "6h") + [("step", "save")]).status == 409)
            #expect(try await guest.post("/c/acme/support/delete", [("sure", "yes")]).status == 409)
            #expect(try await guest.post("/c/acme/support/credentials", [("oauth_token.token", "x")]).status == 409)
            #expect(
                try await guest.post("/c/acme/support/commands", [("command", "pause")]).status == 303,
                "this it may"
            )
        }
        #expect(try await stage.definitions().connections.first == Sample.definition(origin: .file))
    }

    @Test("a deleted connection leaves the overview; it is deleted on purpose")
    func deletion() async throws {
        let stage = try await Self.stage(origin: .console)
        try await stage.server().visited { guest in
            #expect(try await guest.get(Self.path).words.contains("The tables and their rows stay"))
            #expect(try await guest.post("/c/acme/support/delete").status == 409)
            #expect(try await guest.post("/c/acme/support/delete", [("sure", "yes")]).status == 303)
            try await stage.feed.readOn()
            let told = try await guest.get("/").words
            #expect(told.contains("Acme Zendesk was deleted. Its tables and their rows stay."))
            #expect(try await !guest.get("/").words.contains("Acme Zendesk"))
            #expect(try await guest.get("/c/acme/support").status == 404)
        }
        #expect(try await stage.definitions()[Sample.definition().key]?.deletedAt == Stage.noon)
    }

    @Test("new credentials count when a check finds that they work; else the former ones are as they were")
    func credentials() async throws {
        let stage = try await Stage()
        let path = stage.directory.path("secrets/acme.support.token")
        var definition = try Sample.definition()
        definition.auth = .oauthToken(token: .file(path))
        try FileManager.default.createDirectory(
            atPath: stage.directory.path("secrets"),
            withIntermediateDirectories: true
        )
        try Data("former\n".utf8).write(to: URL(filePath: path))
        try await stage.publish(stage.namespace.connections, definition.key, definition)
        try await stage.feed.readOn()
        // What the check sees decides, as with the real one.
        let check: MachineSetup.Check = { _ in
            let isRight = try String(contentsOfFile: path, encoding: .utf8) == "right\n"
            return [CheckFinding("login", on: "acme", isRight ? .ok : .problem, "seen")]
        }
        let setup = MachineSetup(secrets: stage.directory.path("secrets"), check: check) { _, _, _ in
            throw CancellationError()
        }
        try await stage.server(setup: .machine(setup)).visited { guest in
            let action = "/c/acme/support/credentials"
            let wrong = try await guest.post(action, [("oauth_token.token", "wrong"), ("step", "replace")])
            #expect(wrong.words.contains("Not yet") && !wrong.text.contains("wrong\""))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "former\n")
            let right = try await guest.post(action, [("oauth_token.token", "right"), ("step", "replace")])
            #expect(right.words.contains("Success!"))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "right\n")
            let page = try await guest.get(Self.path)
            #expect(!page.text.contains("right\"") && page.text.contains(#"type="password""#))
        }
    }

    @Test("a sign-in with another client writes it when the admin has come back with access, and not before")
    func signInAgain() async throws {
        let stage = try await Stage()
        let path = stage.directory.path("secrets/acme.support.client-id")
        var definition = try Sample.definition()
        definition.auth = .oauthRefresh(clientID: .file(path), clientSecret: nil)
        let kept = { @Sendable in try String(contentsOfFile: path, encoding: .utf8) }
        try PrivateFile.make(path, "former\n")
        try await stage.publish(stage.namespace.connections, definition.key, definition)
        try await stage.feed.readOn()
        let setup = MachineSetup(
            secrets: stage.directory.path("secrets"),
            check: { _ in [] },
            beginSignIn: { _, secrets, _ in
                // The client that was just given is the one that goes to Zendesk.
                #expect(secrets.map(\.path) == [path] && secrets.map(\.secret.value) == ["other-client"])
                return FakeSignIn()
            }
        )
        try await stage.server(setup: .machine(setup)).visited { (guest) async throws in
            let fields = [("oauth_refresh.client_id", "other-client"), ("step", "sign-in")]
            let answers = [("error=access_denied", 409, "former\n"), ("code=c1", 200, "other-client\n")]
            for (answer, status, expected) in answers {
                #expect(try await guest.post("/c/acme/support/credentials", fields).status == 200)
                #expect(try kept() == "former\n", "the admin is at Zendesk")
                #expect(try await guest.get("/oauth/callback?\(answer)&state=s1").status == status)
                #expect(try kept() == expected)
            }
        }
    }
}
