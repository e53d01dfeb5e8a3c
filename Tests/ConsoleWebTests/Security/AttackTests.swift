import Console
import ConsoleWeb
import Foundation
import Hummingbird
import Messaging
import Model
import ServiceRuntime
import TestSupport
import Testing

/// Each attack that the console has to stand, made over HTTP.
@Suite("Attacks on the console")
struct AttackTests {
    private static let viewer = "viewer-token-0123456789abcdef"
    private static let operatorToken = "operator-token-0123456789abcdef"

    private static func guarded(_ stage: Stage) throws -> ConsoleServer {
        let address = try #require(ListenAddress(parsing: "0.0.0.0:0"))
        let tokens = [
            try #require(AccessToken(role: .viewer, token: Secret(viewer))),
            try #require(AccessToken(role: .operator, token: Secret(operatorToken))),
        ]
        return try stage.server(ConsoleSettings(listen: address, tokens: tokens, hosts: ["console.example"]))
    }

    private static func signIn(_ guest: Guest, _ token: String) async throws {
        let answer = try await guest.post("/login", [("token", token)], origin: "http://localhost")
        try #require(answer.status == 303)
    }

    /// A stage with one connection, read.
    private static func stage() async throws -> Stage {
        let stage = try await Stage()
        let definition = try Sample.definition()
        try await stage.publish(stage.namespace.connections, definition.key, definition)
        try await stage.feed.readOn()
        return stage
    }

    @Test(
        "without a token no page of a guarded console says anything",
        arguments: [
            "/", "/usage", "/alerts", "/c/acme/support", "/c/acme/support/loads", "/c/acme/support/runs/X/log.txt",
            "/events", "/setup", "/setup/zendesk-support/preview",
        ]
    )
    func signInNeeded(path: String) async throws {
        let stage = try await Self.stage()
        try await Self.guarded(stage).visited { guest in
            let answer = try await guest.get(path)
            #expect(answer.status == 303 && answer.headers[.location] == "/login")
            #expect(!answer.text.contains("acme") && guest.cookie == nil)
            let program = try await guest.get("/api/v1/connections")
            #expect(program.status == 401 && !program.text.contains("acme"))
        }
    }

    @Test("a console that others can reach does not start without a token")
    func tokenDemanded() async throws {
        let stage = try await Stage()
        let everywhere = try #require(ListenAddress(parsing: "0.0.0.0:8080"))
        let loopback = try #require(ListenAddress(parsing: "127.0.0.1:8080"))
        #expect(throws: ConsoleError.tokenNeeded(everywhere)) {
            try stage.server(ConsoleSettings(listen: everywhere))
        }
        #expect(throws: ConsoleError.tokenNeeded(loopback)) {
            try stage.server(ConsoleSettings(listen: loopback, hosts: ["console.example"]))
        }
    }

    @Test(
        "a viewer reads, and changes nothing",
        arguments: [
            "/c/acme/support/commands", "/c/acme/support/delete", "/c/acme/support/settings",
            "/c/acme/support/credentials",
            "/setup/zendesk-support",
        ]
    )
    func viewer(path: String) async throws {
        let stage = try await Self.stage()
        try await Self.guarded(stage).visited { guest in
            try await Self.signIn(guest, Self.viewer)
            let page = try await guest.get("/c/acme/support")
            #expect(page.status == 200 && page.text.contains("Acme Zendesk") && !page.text.contains("Run now"))
            let token = try #require(page.text.firstMatch(of: #/name="form_token" value="([^"]+)"/#)?.output.1)
            let fields = [("command", "run"), ("sure", "yes"), ("form_token", String(token))]
            let answer = try await guest.post(path, fields, origin: "http://localhost")
            #expect(answer.status == 403 && answer.words.contains("For operators"))
            #expect(try await guest.get("/setup").status == 403)
            #expect(try await guest.get("/c/acme/support/rejected/0/0").status == 403)
        }
        #expect(try await stage.commands().isEmpty)
        #expect(try await stage.definitions().connections.count == 1)
    }

    @Test(
        "a form that another site sends does nothing",
        arguments: [
            "https://evil.example", "null", "http://localhost.evil.example", "http://localhost:81", nil,
        ]
    )
    func foreignOrigin(origin: String?) async throws {
        let stage = try await Self.stage()
        try await stage.server().visited { guest in
            let token = try await guest.formToken()
            let fields = [("command", "run"), ("form_token", token)]
            let answer = try await guest.post("/c/acme/support/commands", fields, origin: origin)
            #expect(answer.status == 403)
            let own = try await guest.post("/c/acme/support/commands", fields, origin: "http://localhost")
            #expect(own.status == 303)
        }
        #expect(try await stage.commands().map(\.type) == [.run])
    }

    @Test("a form without the session's own token does nothing", arguments: [nil, "", "0", "another"])
    func formToken(token: String?) async throws {
        let stage = try await Self.stage()
        let server = try stage.server()
        try await server.visited { guest in
            var fields = [("command", "run")]
            if token == "another" {
                let other = Guest(guest)
                fields.append(("form_token", try await other.formToken()))
                try await #require(guest.formToken() != other.formToken())
            } else if let token {
                fields.append(("form_token", token))
            }
            _ = try await guest.get("/")
            let answer = try await guest.post("/c/acme/support/commands", fields, origin: "http://localhost")
            #expect(answer.status == 403 && answer.words.contains("This form has expired"))
        }
        #expect(try await stage.commands().isEmpty)
    }

    @Test("a cookie that was made up, changed, or signed out opens nothing")
    func cookies() async throws {
        let stage = try await Self.stage()
        try await Self.guarded(stage).visited { guest in
            try await Self.signIn(guest, Self.viewer)
            let cookie = try #require(guest.cookie)
            for forged in [
                cookie.replacing("viewer", with: "operator"), "\(cookie)0", String(cookie.dropLast()),
                "deskpipe_console=operator.9999999999.a.b", "deskpipe_console=",
            ] {
                let stranger = Guest(guest, cookie: forged)
                #expect(try await stranger.get("/").status == 303, "\(forged)")
            }
            #expect(try await Guest(guest, cookie: cookie).get("/").status == 200)
            let token = try #require(
                try await guest.get("/").text.firstMatch(of: #/name="form_token" value="([^"]+)"/#)?.output.1
            )
            _ = try await guest.post("/logout", [("form_token", String(token))], origin: "http://localhost")
            #expect(try await Guest(guest, cookie: cookie).get("/").status == 303)
        }
    }

    @Test("a session ends after 12 hours")
    func sessionEnd() async throws {
        let stage = try await Self.stage()
        try await Self.guarded(stage).visited { guest in
            try await Self.signIn(guest, Self.viewer)
            stage.clock.advance(by: .seconds(12 * 3600 - 1))
            #expect(try await guest.get("/").status == 200)
            stage.clock.advance(by: .seconds(1))
            #expect(try await guest.get("/").status == 303)
        }
    }

    @Test("the cookie is for our own pages, and for no script")
    func cookieFlags() async throws {
        let stage = try await Self.stage()
        try await Self.guarded(stage).visited { guest in
            let answer = try await guest.post("/login", [("token", Self.viewer)], origin: "http://localhost")
            let cookie = try #require(answer.headers[.setCookie])
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"))
            #expect(!cookie.contains(Self.viewer))
        }
    }

    @Test("who guesses tokens is not heard any more, not even with the right one")
    func guessing() async throws {
        let stage = try await Self.stage()
        try await Self.guarded(stage).visited { guest in
            for number in 0..<10 {
                let answer = try await guest.post("/login", [("token", "wrong-\(number)")], origin: "http://localhost")
                #expect(answer.status == 403)
            }
            let right = [("token", Self.operatorToken)]
            #expect(try await guest.post("/login", right, origin: "http://localhost").status == 429)
            let bearer: HTTPFields = [.authorization: "Bearer \(Self.operatorToken)"]
            #expect(try await guest.get("/api/v1/alerts", bearer).status == 429)
            stage.clock.advance(by: .seconds(60))
            #expect(try await guest.post("/login", right, origin: "http://localhost").status == 303)
        }
    }

    @Test("a program comes in with its token alone")
    func bearer() async throws {
        let stage = try await Self.stage()
        try await Self.guarded(stage).visited { guest in
            let right = try await guest.get("/api/v1/connections", [.authorization: "Bearer \(Self.viewer)"])
            #expect(right.status == 200 && right.text.contains("\"acme\"") && guest.cookie == nil)
            for header in ["Bearer wrong", "Bearer ", Self.viewer, "Basic \(Self.viewer)"] {
                #expect(try await guest.get("/api/v1/connections", [.authorization: header]).status == 401, "\(header)")
            }
        }
    }

    @Test("a form larger than any of ours is refused, and so is what is no form")
    func bodies() async throws {
        let stage = try await Self.stage()
        try await stage.server().visited { (guest) async throws in
            let large = String(repeating: "a", count: 300_000)
            #expect(try await guest.post("/c/acme/support/commands", [("command", large)]).status == 413)
            var headers: HTTPFields = [.contentType: "application/json", .origin: "http://localhost"]
            let json = ByteBuffer(string: #"{"command":"run"}"#)
            #expect(try await guest.send(.post, "/c/acme/support/commands", headers, body: json).status == 403)
            headers[.contentType] = "text/plain"
            #expect(try await guest.send(.post, "/c/acme/support/commands", headers, body: json).status == 403)
            let many = (0..<3000).map { ("f\($0)", "") }
            #expect(try await guest.post("/c/acme/support/commands", many).status == 403)
            #expect(try await guest.send(.delete, "/c/acme/support", [:], body: nil).status == 405)
        }
        #expect(try await stage.commands().isEmpty)
    }

    @Test("one caller cannot keep the console busy")
    func flood() async throws {
        let stage = try await Self.stage()
        try await stage.server().visited { guest in
            var refused = 0
            for _ in 0..<360 where try await guest.get("/alerts").status == 429 { refused += 1 }
            #expect(refused == 60)
            stage.clock.advance(by: .seconds(1))
            #expect(try await guest.get("/alerts").status == 200)
        }
    }

    @Test(
        "addresses that name no part of the console are not found",
        arguments: [
            "/c/acme/support/runs/..%2f..%2fetc", "/c/ACME/support", "/c/acme", "/c/acme/support/loads/%ff",
            "/c/a%00b/support",
            "/c/acme/support/extractions?day=2026-13-45", "/setup/zendesk-sell", "/assets/../x", "/?tenant=A%20B",
        ]
    )
    func odd(path: String) async throws {
        let stage = try await Self.stage()
        try await stage.server().visited { guest in
            let answer = try await guest.get(path)
            #expect(answer.status == 404 && answer.words.contains("There is no such page"))
        }
    }
}
