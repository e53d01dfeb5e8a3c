import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("Secrets")
struct SecretTests {
    private static let secret = "canary-secret-\(UUID().uuidString)"
    private static let token = "canary-token-\(UUID().uuidString)"
    private static let apiToken = "canary-api-token-\(UUID().uuidString)"
    /// What the simulator's granted tokens begin with.
    private static let granted = "granted-"

    private static let canaries = [
        secret, token, apiToken, granted, Data("admin@example.com/token:\(apiToken)".utf8).base64EncodedString(),
    ]

    @Test(
        "no secret is in what is printed, logged, kept or reported",
        arguments: Setting.all,
        [
            "{ type: oauth_client_credentials, client_id: env:E2E_CLIENT, client_secret: env:CANARY }",
            "{ type: oauth_token, token: env:CANARY }",
            "{ type: api_token, email: admin@example.com, token: env:CANARY }",
        ]
    )
    func nowhere(setting: Setting, auth: String) async throws {
        var canary = Self.secret
        if auth.contains("oauth_token") { canary = Self.token }
        if auth.contains("api_token") { canary = Self.apiToken }
        let credentials = Credentials(
            clientSecret: Secret(Self.secret),
            token: Secret(Self.token),
            apiToken: Secret(Self.apiToken)
        )
        try await withScene(setting, SceneOptions(tickets: 30, credentials: credentials, auth: auth)) { scene in
            let good = ["CANARY": canary]
            let run = ["run", "--once", "--log-level", "trace"]
            #expect(try await scene.deskpipe(run, environment: good).exit == .status(0))
            try await scene.expectTablesEqualTruth()
            // Failing says more than succeeding.
            scene.simulator.inject(Fault("/api/v2/incremental/users", .status(403)))
            _ = try await scene.deskpipe(run, environment: good)
            scene.simulator.clearFaults()
            scene.simulator.inject(Fault("/", .status(401)))
            _ = try await scene.deskpipe(run + ["--log-format", "json"], environment: good)
            _ = try await scene.deskpipe(["check"], environment: good)
            _ = try await scene.deskpipe(["reports", "extraction", "-o", "json"], environment: good)
            _ = try await scene.deskpipe(["logs", "-o", "json"], environment: good)
            _ = try await scene.deskpipe(["streams", "--check"], environment: good)
            // Standard output and standard error are files there too, beside the log and the database.
            #expect(try scene.workspace.files(holding: Self.canaries).isEmpty)
            #expect(try scene.database.tables(holding: Self.canaries).isEmpty)
        }
    }
}
