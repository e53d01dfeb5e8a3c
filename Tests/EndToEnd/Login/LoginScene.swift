import Foundation
import Model
import TestSupport
import Testing
import ZendeskSimulator

/// A scenario whose connection logs in by a browser.
struct LoginScene: Sendable {
    static let secret = "canary-client-secret-\(UUID().uuidString)"

    let scene: Scene
    let port: Int

    /// Starts `deskpipe login`.
    func start(_ more: [String] = [], input: Pipe? = nil) throws -> Program {
        try scene.start(["login", "--port", "\(port)"] + more, environment: Self.environment, input: input)
    }

    /// Logs in, as an admin does who knows what to do.
    func logIn(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let program = try start()
        let landing = try await Admin.consent(at: try await program.address())
        #expect(try await Admin.open(landing).status == 200, sourceLocation: sourceLocation)
        let outcome = try await program.outcome()
        #expect(outcome.exit == .status(0), "\(outcome.errors)", sourceLocation: sourceLocation)
    }

    func extractor(_ more: [String: String] = [:]) throws -> Program {
        try scene.start(["extractor", "--once"], environment: Self.environment.merging(more) { $1 })
    }

    /// The newest extraction report.
    func lastReport() async throws -> ExtractionReport {
        let reports = try await scene.extractionReports()
        return try #require(reports.max { $0.startedAt < $1.startedAt })
    }

    /// No secret is in what was printed, logged, kept or reported; the key is in its own file only.
    func expectNoSecret(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let key = try String(contentsOfFile: scene.workspace.path("key"), encoding: .utf8)
        let texts = [Self.secret, "granted-", key.trimmingCharacters(in: .newlines)]
        let files = try scene.workspace.files(holding: texts).filter { !$0.hasPrefix("key: ") }
        #expect(files.isEmpty, sourceLocation: sourceLocation)
    }

    static let environment = ["E2E_SECRET": secret]
}

/// Plays a scenario of a connection that nobody has logged in yet.
func withLoginScene(
    auth: String = "{ type: oauth_refresh, client_id: env:E2E_CLIENT, client_secret: env:E2E_SECRET }",
    log: Setting.Log = .embedded,
    play: (LoginScene) async throws -> Void
) async throws {
    let credentials = Credentials(clientSecret: Secret(LoginScene.secret))
    let options = SceneOptions(tickets: 20, credentials: credentials, auth: auth)
    let setting = Setting(log: log, store: .sqlite)
    try await withScene(setting, options) { scene in
        var scene = scene
        scene.settings.more = "credentials: { key: \"file:\(scene.workspace.path("key"))\" }"
        try scene.workspace.write(scene.settings)
        try await play(LoginScene(scene: scene, port: try LocalSocket.freePort()))
    }
}
