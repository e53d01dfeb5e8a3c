import Extractor
import Foundation
import Messaging
import Model
import ServiceRuntime
import Testing
import ZendeskSimulator

@Suite("Ways into Zendesk Chat", .timeLimit(.minutes(30)))
struct ChatWaysInTests {
    private static let client = Authentication.oauthClientCredentials(
        clientID: .environment("CHAT_ID"),
        clientSecret: .environment("CHAT_SECRET")
    )
    private static let refresh = Authentication.oauthRefresh(
        clientID: .environment("CHAT_ID"),
        clientSecret: .environment("CHAT_SECRET")
    )

    @Test(
        "Chat's own token, client and login let a run and a check in",
        arguments: [Authentication.oauthToken(token: .environment("CHAT_TOKEN")), client, refresh]
    )
    func good(auth: Authentication) async throws {
        try await withChat(auth: auth) { rig in
            if auth == Self.refresh { try await Self.logIn(&rig) }
            let findings = try await Self.check(rig)
            #expect(findings.exitCode == .ok && findings.allSatisfy { $0.grade == .ok }, "\(findings)")
            #expect(findings.first { $0.check == "plan" }?.subject == "enterprise")
            #expect(findings.filter { $0.check == "stream" }.count == rig.definition.streams.include?.count)
            let outcome = await rig.run()
            #expect(outcome.exitCode == .ok, "\(outcome.report)")
            let published = try await rig.published("chats")
            let truth = try await rig.truth("chats", listing: "chat/chats")
            #expect(published == truth)
            let asked = rig.simulator.account().requests.filter { $0.path.hasPrefix("/api/v2/chat/") }
            #expect(!asked.isEmpty && asked.allSatisfy { $0.status == 200 })
        }
    }

    enum Trouble: CaseIterable {
        case apiToken
        case supportToken
        case supportClient
        case deadToken
        case endedLogin
        case planWithoutAPI
        case notInstalled
        case agent

        var auth: Authentication {
            switch self {
            case .apiToken: .apiToken(email: "admin@example.com", token: .environment("API_TOKEN"))
            case .supportToken: .oauthToken(token: .environment("TOKEN"))
            case .supportClient: .simulated
            case .deadToken: .oauthToken(token: .environment("WRONG"))
            case .endedLogin: refresh
            case .planWithoutAPI, .notInstalled, .agent: client
            }
        }

        var exitCode: ExitCode {
            switch self {
            case .apiToken, .supportToken, .supportClient: .configuration
            case .deadToken, .endedLogin: .authentication
            case .planWithoutAPI, .notInstalled, .agent: .permission
            }
        }

        /// What the run's report says, in its reason and hint.
        var reported: [String] {
            switch self {
            case .apiToken: ["Zendesk Chat takes no API tokens", "oauth_client_credentials"]
            case .supportToken: ["one of Support", "Chat dashboard"]
            case .supportClient: ["clients of its own", "Chat dashboard"]
            case .deadToken: ["does not accept the credentials (401", "check the client or token"]
            case .endedLogin: ["login needed for acme/support", "deskpipe login --tenant acme"]
            case .planWithoutAPI: ["403", "Professional and Enterprise plans"]
            case .notInstalled: ["404", "moved to messaging", "source: zendesk-support"]
            case .agent: ["403", "owner, or an administrator"]
            }
        }

        /// What a check says, and of what.
        var checked: (check: String, says: [String]) {
            switch self {
            case .planWithoutAPI: ("plan", ["no REST API", "Professional and Enterprise plans"])
            case .notInstalled: ("login", ["no Zendesk Chat", "moved to messaging", "source: zendesk-support"])
            case .agent: ("role", ["neither Chat's owner nor an administrator", "make the client or log in"])
            default: ("login", reported)
            }
        }
    }

    @Test("a refusal says why and what to do: in the run's report, and in a check", arguments: Trouble.allCases)
    func refused(trouble: Trouble) async throws {
        let configure = { (configuration: inout SimulatorConfiguration) in
            configuration.chat.hasAPI = trouble != .planWithoutAPI
            configuration.chat.isInstalled = trouble != .notInstalled
            configuration.chat.isOwner = trouble != .agent
        }
        try await withChat(auth: trouble.auth, configure: configure) { rig in
            if trouble == .endedLogin {
                try await Self.logIn(&rig)
                rig.simulator.revokeTokens()
            }
            let outcome = await rig.run()
            #expect(outcome.exitCode == trouble.exitCode)
            #expect(outcome.report.status == .failed)
            let chats = try #require(outcome.report.streams.first { $0.stream == "chats" })
            let told = [chats.reason, chats.hint].compactMap(\.self).joined(separator: " -> ")
            for words in trouble.reported { #expect(told.contains(words), "\(told)") }
            let findings = try await Self.check(rig)
            let problem = try #require(findings.first { $0.grade == .problem })
            #expect(problem.check == trouble.checked.check && findings.exitCode == trouble.exitCode, "\(findings)")
            #expect(findings.count { $0.grade == .problem } == 1 && !findings.contains { $0.check == "stream" })
            let said = [problem.verdict, problem.hint].compactMap(\.self).joined(separator: " -> ")
            for words in trouble.checked.says { #expect(said.contains(words), "\(said)") }
            #expect(!"\(outcome) \(findings)".contains("canary"))
        }
    }

    private static func check(_ rig: Rig) async throws -> [CheckFinding] {
        try await ConnectionCheck(rig.definition, access: rig.environment.access, keeper: rig.lookingKeeper).run()
    }

    /// Obtains a pair as `deskpipe login` does, and keeps it.
    private static func logIn(_ rig: inout Rig) async throws {
        rig.environment.access.credentialKey = .environment("KEY")
        let login = try OAuthLogin(rig.definition, access: rig.environment.access)
        let request = login.request(redirectURI: "http://127.0.0.1:8585/callback")
        #expect(request.url.contains("/oauth2/chat/authorizations/new?") && !request.url.contains("code_challenge"))
        guard case .code(let code) = request.landing(try await Browser.landing(of: request.url)) else {
            Issue.record("no code")
            return
        }
        let pair = try await login.pair(code: code, of: request, generation: 1)
        #expect(pair.refreshToken == nil && pair.expiresAt == nil)
        let key = try #require(CredentialKey(bytes: Data(repeating: 1, count: 32)))
        let store = CredentialStore(rig.transport, deskpipe, key: key)
        try await rig.environment.reports.publish([try store.message(pair, for: acme)])
    }
}

/// A rig whose connection is one of Chat.
func withChat(
    auth: Authentication = .oauthToken(token: .environment("CHAT_TOKEN")),
    streams: [StreamName] = ["account", "agents", "chats", "departments", "agent_timeline"],
    configure: (inout SimulatorConfiguration) -> Void = { _ in },
    perform body: (inout Rig) async throws -> Void
) async throws {
    try await withRig(tickets: 5, auth: auth, configure: configure) { rig in
        rig.definition.source = .chat
        rig.definition.streams = StreamSelection(include: streams.map(\.rawValue))
        try await body(&rig)
    }
}

extension Rig {
    /// A keeper of the connection's pair for one who may not refresh it.
    var lookingKeeper: CredentialKeeper {
        CredentialKeeper(
            definition.key,
            transport: transport,
            namespace: deskpipe,
            key: environment.access.credentialKey,
            secrets: environment.access.secrets
        )
    }
}
