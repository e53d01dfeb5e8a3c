import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("Authentication")
struct AuthenticationTests {
    private let exportPath = "/api/v2/incremental/tickets/cursor.json?start_time=0"

    private func grant(_ client: APIClient, _ changes: [String: Any] = [:]) async throws -> APIClient.Reply {
        var ask: [String: Any] = [
            "grant_type": "client_credentials", "client_id": "simulator-client", "client_secret": "simulator-secret",
            "scope": "read",
        ]
        ask.merge(changes) { _, new in new }
        let body = String(decoding: try JSONSerialization.data(withJSONObject: ask), as: UTF8.self)
        return try await client.send("POST", "/oauth/tokens", body: body)
    }

    @Test("A client's token is good for as long as was granted, and no longer")
    func expiry() async throws {
        let clock = SteppedClock(SimulatorConfiguration.end + .seconds(3600))
        var configuration = SimulatorConfiguration.open()
        configuration.clock = clock
        configuration.credentials.longestTokenLife = 400
        try await withSimulator(configuration) { simulator in
            let granted = try await grant(APIClient(simulator, authorization: nil), ["expires_in": 172_800])
            #expect(granted.status == 200)
            let token = try granted.object()
            #expect(token["token_type"] as? String == "bearer")
            #expect(token["scope"] as? String == "read")
            #expect(token["expires_in"] as? Int == 400)
            let text = try #require(token["access_token"] as? String)
            let client = APIClient(simulator, authorization: "Bearer \(text)")
            clock.advance(by: .milliseconds(399_999))
            #expect(try await client.send("GET", exportPath).status == 200)
            clock.advance(by: .milliseconds(1))
            let late = try await client.send("GET", exportPath)
            #expect(late.status == 401)
            #expect(try late.object()["error"] as? String == "invalid_token")
        }
    }

    @Test("Revoked tokens are refused at once, and a new one differs")
    func revoked() async throws {
        try await withSimulator(.open()) { simulator in
            let anyone = APIClient(simulator, authorization: nil)
            let first = try #require(try await grant(anyone).object()["access_token"] as? String)
            #expect(try await grant(anyone).object()["expires_in"] as? Int == 1800)
            simulator.revokeTokens()
            let client = APIClient(simulator, authorization: "Bearer \(first)")
            #expect(try await client.send("GET", exportPath).status == 401)
            let next = try #require(try await grant(anyone).object()["access_token"] as? String)
            #expect(next != first)
        }
    }

    @Test("A wrong client, life or grant type gets no token")
    func refusedGrants() async throws {
        try await withSimulator(.open()) { simulator in
            let client = APIClient(simulator, authorization: nil)
            let wrong = try await grant(client, ["client_secret": "other"])
            #expect(wrong.status == 401)
            #expect(try wrong.object()["error"] as? String == "invalid_client")
            #expect(try await grant(client, ["expires_in": 299]).status == 400)
            #expect(try await grant(client, ["expires_in": 172_801]).status == 400)
            #expect(try await grant(client, ["grant_type": "password"]).status == 400)
            let malformed = try await client.send("POST", "/oauth/tokens", body: "client_id=simulator-client")
            #expect(malformed.status == 400)
        }
    }

    @Test("A token of another scope is granted and of no use")
    func otherScope() async throws {
        try await withSimulator(.open()) { simulator in
            let granted = try await grant(APIClient(simulator, authorization: nil), ["scope": "raed"])
            let token = try #require(try granted.object()["access_token"] as? String)
            let reply = try await APIClient(simulator, authorization: "Bearer \(token)").send("GET", exportPath)
            #expect(reply.status == 403)
            #expect(reply.text.contains("Missing the following required scopes: read"))
        }
    }

    @Test(
        "Good credentials are let in, others are told why not",
        arguments: [
            ("Bearer simulator-token", 200, ""), (nil, 401, "Couldn't authenticate you"),
            ("Bearer other", 401, "invalid_token"), ("Digest x", 401, "Couldn't authenticate you"),
            ("Basic " + Data("admin@example.com/token:simulator-api-token".utf8).base64EncodedString(), 200, ""),
            ("Basic " + Data("admin@example.com/token:other".utf8).base64EncodedString(), 401, "authenticate you"),
            ("Basic " + Data("admin@example.com:simulator-api-token".utf8).base64EncodedString(), 401, "authenticate"),
        ] as [(String?, Int, String)]
    )
    func credentials(authorization: String?, status: Int, word: String) async throws {
        try await withSimulator(.open()) { simulator in
            let reply = try await APIClient(simulator, authorization: authorization).send("GET", exportPath)
            #expect(reply.status == status)
            #expect(word.isEmpty || reply.text.contains(word))
            _ = try reply.object()
        }
    }

    @Test("The current user is the admin, or without credentials one without an id")
    func currentUser() async throws {
        try await withSimulator(.open()) { simulator in
            let known = try await APIClient(simulator).send("GET", "/api/v2/users/me.json").object()
            let user = try #require(known["user"] as? [String: Any])
            #expect(user["role"] as? String == "admin")
            #expect((user["id"] as? Int ?? 0) > 1 << 40)
            let unknown = try await APIClient(simulator, authorization: nil).send("GET", "/api/v2/users/me.json")
            #expect(unknown.status == 200)
            #expect((try unknown.object()["user"] as? [String: Any])?["id"] is NSNull)
            let bad = try await APIClient(simulator, authorization: "Bearer x").send("GET", "/api/v2/users/me.json")
            #expect(bad.status == 401)
        }
    }

    @Test("The exports are closed to an agent")
    func agent() async throws {
        var configuration = SimulatorConfiguration.open()
        configuration.credentials.isAdmin = false
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            let export = try await client.send("GET", exportPath)
            #expect(export.status == 403)
            #expect(try await client.send("GET", "/api/v2/groups.json").status == 200)
        }
    }
}
