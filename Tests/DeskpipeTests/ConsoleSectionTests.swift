import Console
import ConsoleWeb
import Model
import ServiceRuntime
import Testing

@testable import Deskpipe

@Suite("The console's settings")
struct ConsoleSectionTests {
    private static func section(_ yaml: String) throws -> ConsoleSection {
        try Settings(yaml: "console: \(yaml)", file: "deskpipe.yaml", environment: [:]).console
    }

    @Test("unset it listens on 127.0.0.1:8080, where that is free")
    func usual() throws {
        let console = try Self.section("{}")
        #expect(console.listening == .standard && console.address == ListenAddress(parsing: "127.0.0.1:8080"))
        #expect(try Self.section("{ listen: none }").address == nil)
        #expect(try Self.section("{ listen: '[::1]:9' }").address == ListenAddress(parsing: "[::1]:9"))
    }

    @Test("tokens are hashes, or references to where they are")
    func tokens() throws {
        let hash = "sha256:" + String(repeating: "ab", count: 32)
        let console = try Self.section(
            "{ tokens: [{ role: viewer, hash: '\(hash)' }, { role: operator, token: 'env:TOKEN' }], hosts: console.example }"
        )
        let secrets = SecretResolver(environment: ["TOKEN": "operator-token-0123456789"])
        let tokens = try console.accessTokens(secrets)
        #expect(tokens.map(\.role) == [.viewer, .operator] && console.hosts == ["console.example"])
        #expect(AccessToken.role(of: "operator-token-0123456789", among: tokens) == .operator)
        #expect(throws: ConfigurationError.self) {
            _ = try console.accessTokens(SecretResolver(environment: ["TOKEN": "short"]))
        }
    }

    @Test(
        "what is wrong is named, and no secret stands in the file",
        arguments: [
            ("{ tokens: [{ hash: x }] }", "console.tokens[0].role"),
            ("{ tokens: [{ role: admin, token: 'env:A' }] }", "viewer or operator"),
            ("{ tokens: [{ role: viewer }] }", "console.tokens[0].hash"),
            ("{ tokens: [{ role: viewer, token: plain-text-token }] }", "must be a reference"),
            ("{ tokens: [{ role: viewer, hash: 'sha256:12' }] }", "64 hexadecimal digits"),
            ("{ row_limit: 0 }", "console.row_limit"),
            ("{ host: a }", "did you mean `hosts`?"),
            ("{ rejected_share: 200% }", "a share such as 1%"),
        ]
    )
    func problems(yaml: String, problem: String) throws {
        let error = try #require(throws: ConfigurationError.self) { _ = try Self.section(yaml) }
        #expect(error.message.contains(problem), "\(error.message)")
        #expect(!error.message.contains("plain-text-token"))
    }
}
