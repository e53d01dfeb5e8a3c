import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("Logging in")
struct LoginTests {
    @Test(
        "an admin's consent comes back to the loopback port, and runs go on by themselves",
        arguments: [
            "{ type: oauth_refresh, client_id: env:E2E_CLIENT, client_secret: env:E2E_SECRET }",
            "{ type: oauth_refresh, client_id: env:E2E_PUBLIC }",
        ]
    )
    func browser(auth: String) async throws {
        let isPublic = auth.contains("E2E_PUBLIC")
        try await withLoginScene(auth: auth) { login in
            let environment = LoginScene.environment.merging(["E2E_PUBLIC": "simulator-public-client"]) { $1 }
            let program = try login.scene.start(["login", "--port", "\(login.port)"], environment: environment)
            let address = try await program.address()
            #expect(address.contains("code_challenge_method=S256") && address.contains("scope=read"))
            let landing = try await Admin.consent(at: address)
            #expect(landing.hasPrefix("http://127.0.0.1:\(login.port)/callback?"))
            // What is not the answer does not end the wait.
            for path in ["/", "/favicon.ico", "/callbacks"] {
                #expect(try await Admin.open("http://127.0.0.1:\(login.port)\(path)").status == 404)
            }
            let forged = landing.replacing(#/state=[^&]*/#, with: "state=forged")
            #expect(try await Admin.open(forged).status == 400)
            #expect(try await Admin.open("http://127.0.0.1:\(login.port)/callback").status == 400)
            let page = try await Admin.open(landing)
            #expect(page.status == 200 && page.text.contains("close this page"))
            let outcome = try await program.outcome()
            #expect(outcome.exit == .status(0), "\(outcome.errors)")
            #expect(outcome.output.contains("Success!"))
            for _ in 1...2 {
                login.scene.simulator.expireAccessTokens()
                let run = try await login.scene.deskpipe(["run", "--once"], environment: environment)
                #expect(run.exit == .status(0), "\(run.errors)")
            }
            #expect(login.scene.simulator.livePairs == 1)
            try await login.scene.expectTablesEqualTruth()
            if !isPublic { try login.expectNoSecret() }
        }
    }

    @Test("an address that was pasted does the same")
    func paste() async throws {
        try await withLoginScene { login in
            let input = Pipe()
            let program = try login.start(["--paste"], input: input)
            let landing = try await Admin.consent(at: try await program.address())
            input.fileHandleForWriting.write(Data("  \(landing) \n".utf8))
            let outcome = try await program.outcome()
            #expect(outcome.exit == .status(0), "\(outcome.errors)")
            #expect(try await login.scene.deskpipe("apply").exit == .status(0))
            #expect(try await login.extractor().outcome().exit == .status(0))
            try login.expectNoSecret()
        }
    }

    @Test(
        "what is pasted must be this login's landing address",
        arguments: [
            "", "hello", "http://127.0.0.1/callback?code=x&state=y", "https://evil.com/callback?code=x", "code-1",
        ]
    )
    func wrongPaste(text: String) async throws {
        try await withLoginScene { login in
            let input = Pipe()
            let program = try login.start(["--paste"], input: input)
            _ = try await Admin.consent(at: try await program.address())
            input.fileHandleForWriting.write(Data("\(text)\n".utf8))
            let outcome = try await program.outcome()
            #expect(outcome.exit == .status(4))
            #expect(outcome.complaints.count == 1)
            #expect(login.scene.simulator.account().paths["/oauth/tokens"] == nil)
        }
    }

    @Test("a code that is two minutes old is refused, and the message says so")
    func lateCode() async throws {
        try await withLoginScene { login in
            let program = try login.start()
            let landing = try await Admin.consent(at: try await program.address())
            login.scene.clock.advance(by: .seconds(121))
            _ = try await Admin.open(landing)
            let outcome = try await program.outcome()
            #expect(outcome.exit == .status(4))
            #expect(outcome.complaints.first?.contains("two minutes") == true, "\(outcome.errors)")
        }
    }

    @Test("an address that is not registered is told by Zendesk, and nobody comes back")
    func wrongRedirect() async throws {
        try await withLoginScene { login in
            login.scene.simulator.setOAuth { $0.redirectURIs = ["http://127.0.0.1:1/callback"] }
            let program = try login.start(["--wait", "2s"])
            let page = try await Admin.open(try await program.address())
            #expect(page.status == 400 && page.location == nil)
            let outcome = try await program.outcome()
            #expect(outcome.exit == .status(4))
            #expect(outcome.complaints.first?.contains("nobody allowed access within 2 s") == true)
        }
    }

    @Test("an admin's no ends the login")
    func refused() async throws {
        try await withLoginScene { login in
            login.scene.simulator.setOAuth { $0.consent = .refused("access_denied") }
            let program = try login.start()
            _ = try await Admin.open(try await Admin.consent(at: try await program.address()))
            let outcome = try await program.outcome()
            #expect(outcome.exit == .status(4))
            #expect(outcome.complaints.first?.contains("access_denied") == true)
        }
    }

    @Test("SIGINT ends the wait at once, with 130", arguments: [[], ["--paste"]])
    func interrupted(more: [String]) async throws {
        try await withLoginScene { login in
            let program = try login.start(more, input: Pipe())
            _ = try await program.address()
            program.send(SIGINT)
            #expect(try await program.outcome().exit == .status(130))
        }
    }

    @Test("beside a running process the log is locked: said with 8, before any browser")
    func locked() async throws {
        try await withLoginScene { login in
            let first = try login.start()
            _ = try await first.address()
            let second = try await login.start().outcome()
            #expect(second.exit == .status(8))
            #expect(second.complaints.first?.contains("in use by process \(first.identifier)") == true)
            #expect(!second.output.contains("authorizations"))
            first.send(SIGTERM)
            #expect(try await first.outcome().exit == .status(143))
        }
    }

    @Test("a port that is taken is told as misuse, with the flag for another one")
    func takenPort() async throws {
        try await withLoginScene { login in
            let first = try login.start()
            _ = try await first.address()
            let other = try login.scene.workspace.write(Self.apart(login.scene), as: "other.yaml")
            let second = try Program(
                Executable.deskpipe.path,
                ["login", "--port", "\(login.port)", "-c", other],
                environment: Scene.environment.merging(LoginScene.environment) { $1 },
                in: login.scene.workspace.directory
            )
            let outcome = try await second.outcome()
            #expect(outcome.exit == .status(2), "\(outcome.errors)")
            let complaint = try #require(outcome.complaints.first)
            #expect(complaint.contains("port \(login.port)") && complaint.contains("--port"))
            #expect(!outcome.output.contains("authorizations"))
            first.send(SIGTERM)
            try await first.outcome()
        }
    }

    /// The same configuration with a log of its own.
    private static func apart(_ scene: Scene) -> SettingsFile {
        var settings = scene.settings
        settings.transport = "embedded:\(scene.workspace.path("other.sqlite"))"
        return settings
    }

    @Test("of several connections one is named by the flags; without a terminal to ask on, an error gives the commands")
    func several() async throws {
        try await withLoginScene { login in
            let second = """
                  - tenant: acme
                    id: second
                    name: Second
                    source: zendesk-support
                    subdomain: acme
                    auth: { type: oauth_refresh, client_id: env:E2E_CLIENT, client_secret: env:E2E_SECRET }
                    endpoint: \(login.scene.simulator.url)

                """
            let yaml = login.scene.settings.yaml + second
            try Data(yaml.utf8).write(to: login.scene.workspace.configuration)
            let unnamed = try await login.start().outcome()
            #expect(unnamed.exit == .status(2), "\(unnamed.errors)")
            let complaint = try #require(unnamed.complaints.first)
            for id in ["support", "second"] {
                #expect(complaint.contains("deskpipe login --tenant acme --connection \(id)"), "\(complaint)")
            }
            let named = try login.start(["--connection", "second"])
            _ = try await Admin.open(try await Admin.consent(at: try await named.address()))
            let outcome = try await named.outcome()
            #expect(outcome.exit == .status(0) && outcome.output.contains("acme/second is logged in"))
        }
    }

    @Test("a check uses the login beside a running process, says what is missing, and refreshes nothing")
    func check() async throws {
        try await withLoginScene { login in
            let scene = login.scene
            let simulator = scene.simulator
            func check() async throws -> Program.Outcome {
                try await scene.deskpipe(["check"], environment: LoginScene.environment)
            }
            let before = try await check()
            // Before the first login there is no key either.
            #expect(before.exit == .status(78) && before.output.contains("`deskpipe login` makes one"))
            try await login.logIn()
            let pairs = simulator.account().paths["/oauth/tokens"]
            let well = try await check()
            #expect(well.exit == .status(0) && well.output.contains("Success!"), "\(well.output)")
            // A login that waits for its admin owns the log.
            let owner = try login.start()
            _ = try await owner.address()
            let beside = try await check()
            #expect(beside.exit == .status(0) && beside.output.contains("a Deskpipe is running"), "\(beside.output)")
            #expect(beside.output.contains("a login; renewed without you"))
            let streams = try await scene.deskpipe(["streams", "--check"], environment: LoginScene.environment)
            #expect(streams.exit == .status(0) && streams.output.contains("ok, out of tickets"), "\(streams.errors)")
            owner.send(SIGTERM)
            try await owner.outcome()
            simulator.revokeTokens()
            let ended = try await check()
            #expect(ended.exit == .status(4) && ended.output.contains("login needed for acme/support"))
            #expect(simulator.account().paths["/oauth/tokens"] == pairs)
            try login.expectNoSecret()
        }
    }

    @Test("over Kafka a login, a check and runs work the same")
    func kafka() async throws {
        try await withLoginScene(log: .kafka) { login in
            // The topics are there before anybody logs in.
            try await login.scene.makeTopics()
            try await login.logIn()
            let check = try await login.scene.deskpipe(["check"], environment: LoginScene.environment)
            #expect(check.exit == .status(0), "\(check.output)\(check.errors)")
            try await login.scene.deskpipe("apply")
            for _ in 1...2 {
                login.scene.simulator.expireAccessTokens()
                let outcome = try await login.extractor().outcome()
                #expect(outcome.exit == .status(0), "\(outcome.errors)")
            }
            #expect(login.scene.simulator.livePairs == 1)
            try login.expectNoSecret()
        }
    }

    @Test("Zendesk Chat is logged into with its own client, checked and replicated")
    func chat() async throws {
        let auth = "{ type: oauth_refresh, client_id: env:E2E_CHAT, client_secret: env:E2E_CHAT_SECRET }"
        try await withLoginScene(auth: auth) { login in
            let environment = ["E2E_CHAT": "simulator-chat-client", "E2E_CHAT_SECRET": "simulator-chat-secret"]
            var settings = login.scene.settings
            settings.source = "zendesk-chat"
            settings.streams = ["chats", "agents", "departments"]
            try login.scene.workspace.write(settings)
            let program = try login.scene.start(["login", "--port", "\(login.port)"], environment: environment)
            let address = try await program.address()
            #expect(address.contains("/oauth2/chat/authorizations/new?"))
            _ = try await Admin.open(try await Admin.consent(at: address))
            let outcome = try await program.outcome()
            #expect(outcome.exit == .status(0) && !outcome.output.contains("renews"), "\(outcome.errors)")
            let check = try await login.scene.deskpipe(["check"], environment: environment)
            #expect(check.exit == .status(0), "\(check.output)")
            let run = try await login.scene.deskpipe(["run", "--once"], environment: environment)
            #expect(run.exit == .status(0), "\(run.errors)")
            #expect(Set(try login.scene.database.tables()).isSuperset(of: ["chats", "agents", "departments"]))
            login.scene.simulator.revokeTokens()
            let ended = try await login.scene.deskpipe(["run", "--once"], environment: environment)
            #expect(ended.exit == .status(4), "\(ended.errors)")
            #expect(
                (ended.output + ended.errors).contains("login needed for acme/support"),
                "\(ended.output)\(ended.errors)"
            )
        }
    }

    @Test("a connection that needs no login is said")
    func misuse() async throws {
        try await withLoginScene(auth: "{ type: oauth_token, token: env:E2E_SECRET }") { login in
            let outcome = try await login.start().outcome()
            #expect(outcome.exit == .status(78))
            #expect(outcome.complaints.first?.contains("oauth_refresh") == true)
        }
    }

    @Test("a run that finds its login ended says so with the command, and leaves with 4")
    func ended() async throws {
        try await withLoginScene { login in
            try await login.logIn()
            try await login.scene.deskpipe("apply")
            login.scene.simulator.revokeTokens()
            #expect(try await login.extractor().outcome().exit == .status(4))
            let report = try await login.lastReport()
            #expect(report.status == .failed)
            #expect(report.streams.first?.reason?.contains("login needed for acme/support") == true)
            #expect(report.streams.first?.hint?.contains("deskpipe login --tenant acme --connection support") == true)
            try await login.logIn()
            #expect(try await login.extractor().outcome().exit == .status(0))
            try login.expectNoSecret()
        }
    }
}
