import Console
import ConsoleWeb
import Foundation
import Messaging
import Model
import ServiceRuntime
import TestSupport
import Testing

/// Making, changing and deleting connections in the console.
@Suite("Setting up in the console")
struct SetupTests {
    private static let canary = "canary-secret-4711"

    /// The form of a whole new connection.
    private static let form = [
        ("subdomain", "acme"), ("name", "Acme Desk"), ("tenant", "acme"), ("connection", "support"),
        ("auth", "oauth_client_credentials"), ("oauth_client_credentials.client_id", "deskpipe-client"),
        ("oauth_client_credentials.client_secret", canary), ("start_date", "2025-11-20"), ("frequency", "anchor"),
        ("anchor.every", "6h"), ("anchor.anchor", "02:00"), ("stream", "tickets"), ("stream", "users"),
        ("exclude", "users.phone"),
    ]

    /// A console of one machine whose check finds what a test says.
    private static func machine(
        _ stage: Stage,
        finds findings: [CheckFinding] = [],
        signIn: FakeSignIn? = nil
    ) -> SetupMode {
        .machine(
            MachineSetup(
                secrets: stage.directory.path("secrets"),
                check: { _ in findings },
                beginSignIn: { _, _, _ in signIn ?? FakeSignIn() }
            )
        )
    }

    private static let problem = CheckFinding(
        "login",
        on: "acme.zendesk.com",
        .problem,
        "the login is not accepted",
        hint: "make a new client",
        exitCode: .authentication
    )

    @Test("a connection is made when its check finds nothing in its way; its secrets are files of this user alone")
    func made() async throws {
        let stage = try await Stage()
        try await stage.feed.readOn()
        try await stage.server(setup: Self.machine(stage)).visited { guest in
            let answer = try await guest.post("/setup/zendesk-support", Self.form)
            #expect(answer.status == 200 && answer.words.contains("Success!") && !answer.text.contains(Self.canary))
        }
        let made = try #require(try await stage.definitions().connections.first)
        #expect(
            made.origin == .console && made.key.description == "acme/support" && made.schema.rawValue == "acme_desk"
        )
        #expect(made.schedule == Schedule(everySeconds: 21_600, anchor: TimeOfDay(rawValue: "02:00")))
        #expect(made.excludedColumns == ["users": ["phone"]])
        guard case .oauthClientCredentials(.file(let id), .file(let secret)) = made.auth else {
            Issue.record("not references to files: \(made.auth)")
            return
        }
        #expect(try String(contentsOfFile: secret, encoding: .utf8) == "\(Self.canary)\n" && id != secret)
        let mode = try FileManager.default.attributesOfItem(atPath: secret)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(!(try WireJSON.text(of: made)).contains(Self.canary))
    }

    @Test("where the check finds a problem nothing is made, no secret stays, and the page says what to do")
    func refused() async throws {
        let stage = try await Stage()
        try await stage.feed.readOn()
        try await stage.server(setup: Self.machine(stage, finds: [Self.problem])).visited { guest in
            let answer = try await guest.post("/setup/zendesk-support", Self.form)
            #expect(
                answer.words.contains("Not connected yet") && answer.words.contains("What to do: make a new client")
            )
        }
        #expect(try await stage.definitions().connections.isEmpty)
        let left = try? FileManager.default.contentsOfDirectory(atPath: stage.directory.path("secrets"))
        #expect(left ?? [] == [])
    }

    @Test(
        "what is wrong stands beside its field, and no secret comes back",
        arguments: [
            ("subdomain", "https://acme.zendesk.com/agent", "only the prefix belongs here: <code>acme</code>"),
            ("subdomain", "evil.example/", "prefix"),
            ("start_date", "2025-11-31", "date"),
            ("connection", "A B", "1 to 40 of a-z"),
            ("frequency", "sometimes", "interval, anchor, cron"),
            ("oauth_client_credentials.client_secret", "file:/etc/shadow", "give the secret itself"),
            ("oauth_client_credentials.client_id", "env:HOME", "give the secret itself"),
            ("exclude", "users.id", "id"),
        ]
    )
    func problems(field: String, value: String, problem: String) async throws {
        let stage = try await Stage()
        try await stage.feed.readOn()
        try await stage.server(setup: Self.machine(stage)).visited { guest in
            let fields = Self.form.filter { $0.0 != field } + [(field, value)]
            let answer = try await guest.post("/setup/zendesk-support", fields)
            #expect(answer.status == 422 && answer.words.contains("Some answers need a change"))
            let wrong = answer.text.matches(of: #/class="wrong"[^>]*>(.*?)<\/p>/#).map { String($0.output.1) }
            #expect(wrong.contains { $0.contains(problem) }, "\(wrong)")
            #expect(!answer.text.contains(Self.canary) && !answer.text.contains("deskpipe-client"))
        }
        #expect(try await stage.definitions().connections.isEmpty)
    }

    @Test("the preview tells address, schema and the next five starts while the form is filled in")
    func preview() async throws {
        let stage = try await Stage()
        try await stage.feed.readOn()
        try await stage.server(setup: Self.machine(stage)).visited { guest in
            let query = "subdomain=acme&name=My+Desk&frequency=cron&cron.cron=0+0+3+*+*+%3F"
            let answer = try await guest.get("/setup/zendesk-support/preview?\(query)")
            #expect(answer.words.contains("https://acme.zendesk.com") && answer.words.contains("my_desk"))
            let starts = answer.text.matches(of: #/datetime="([^"]+)"/#).map { String($0.output.1) }
            #expect(starts.count == 5 && starts.first == "2026-11-21T03:00:00.000Z")
        }
    }

    @Test("a cluster's console takes no secret: it shows what to do where the cluster's files are")
    func cluster() async throws {
        let stage = try await Stage()
        try await stage.feed.readOn()
        try await stage.server().visited { guest in
            let page = try await guest.get("/setup/zendesk-support")
            #expect(!page.text.contains(#"type="password""#) && page.words.contains("No secret is taken here"))
            let fields = Self.form.filter { !$0.0.contains("client_") }
            let steps = try await guest.post("/setup/zendesk-support", fields)
            #expect(
                steps.status == 200 && steps.words.contains("subdomain: acme") && steps.words.contains("kind: Secret")
            )
            #expect(steps.words.contains("/run/secrets/deskpipe/acme.support.client-secret"))
            let login = fields.filter { $0.0 != "auth" } + [("auth", "oauth_refresh")]
            let signIn = try await guest.post("/setup/zendesk-support", login)
            #expect(signIn.words.contains("deskpipe login --tenant acme --connection support"))
            // Whoever sends one all the same gets it refused, and never shown.
            let sent = try await guest.post("/setup/zendesk-support", Self.form)
            #expect(sent.status == 422 && !sent.text.contains(Self.canary))
        }
        #expect(try await stage.definitions().connections.isEmpty)
    }

    @Test("a sign-in goes to Zendesk and back, in the session that began it, once")
    func signIn() async throws {
        let stage = try await Stage()
        try await stage.feed.readOn()
        let signIn = FakeSignIn()
        try await stage.server(setup: Self.machine(stage, signIn: signIn)).visited { guest in
            let fields =
                Self.form.filter { !$0.0.contains("client_credentials") && $0.0 != "auth" } + [
                    ("auth", "oauth_refresh"), ("oauth_refresh.client_id", "public-client"),
                ]
            let begun = try await guest.post("/setup/zendesk-support", fields)
            #expect(begun.text.contains(#"href="https://acme.zendesk.com/oauth?state=s1""#))
            #expect(try await stage.definitions().connections.isEmpty, "not before the admin has allowed it")
            let secret = stage.directory.path("secrets/acme.support.client-id")
            #expect(!FileManager.default.fileExists(atPath: secret), "nor its client")
            let landing = "/oauth/callback?code=c1&state=s1"
            let stranger = try await Guest(guest).get(landing)
            #expect(stranger.status == 409 && signIn.targets.isEmpty)
            let done = try await guest.get(landing)
            #expect(done.words.contains("Success!") && signIn.targets == [landing])
            #expect(try String(contentsOfFile: secret, encoding: .utf8) == "public-client\n")
            #expect(try await guest.get(landing).status == 409)
        }
        #expect(try await stage.definitions().connections.map(\.auth.type) == [.oauthRefresh])
    }

    @Test("a sign-in whose connection cannot be made leaves no secret")
    func signInInVain() async throws {
        let stage = try await Stage()
        try await stage.feed.readOn()
        let mode = Self.machine(stage, finds: [Self.problem], signIn: FakeSignIn())
        try await stage.server(setup: mode).visited { (guest) async throws in
            let fields =
                Self.form.filter { !$0.0.contains("client_credentials") && $0.0 != "auth" } + [
                    ("auth", "oauth_refresh"), ("oauth_refresh.client_id", "public-client"),
                ]
            #expect(try await guest.post("/setup/zendesk-support", fields).status == 200)
            #expect(try await guest.get("/oauth/callback?code=c1&state=s1").words.contains("Not connected yet"))
        }
        #expect(try await stage.definitions().connections.isEmpty)
        let left = try? FileManager.default.contentsOfDirectory(atPath: stage.directory.path("secrets"))
        #expect(left ?? [] == [])
    }

    @Test("a browser that comes back without its cookie is sent on from a page of ours, once")
    func bounce() async throws {
        let stage = try await Stage()
        try await stage.feed.readOn()
        let token = try #require(AccessToken(role: .operator, token: Secret("operator-token-0123456789")))
        let address = try #require(ListenAddress(parsing: "127.0.0.1:0"))
        let settings = ConsoleSettings(listen: address, tokens: [token])
        try await stage.server(settings, setup: Self.machine(stage)).visited { guest in
            let first = try await guest.get("/oauth/callback?code=c1&state=s1")
            #expect(first.status == 200 && first.text.contains(#"url=/oauth/callback?code=c1&amp;state=s1&amp;here=1"#))
            let second = try await guest.get("/oauth/callback?code=c1&state=s1&here=1")
            #expect(second.status == 409 && second.words.contains("Allow cookies"))
        }
    }
}
