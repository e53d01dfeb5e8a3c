import Foundation
package import Model
import ServiceRuntime

/// Asks an account's token endpoint, and again while nobody answers there. Support takes JSON, Chat a form.
///
/// The request goes to the account's own origin and follows no redirect; its body is in no log and no error.
package struct TokenEndpoint: Sendable {
    /// What is asked for: 48 hours, Zendesk's most.
    private static let lifetimeSeconds = 172_800
    /// 90 days, Zendesk's most.
    private static let refreshLifetimeSeconds = 7_776_000
    /// How often a login is tried: without it every stream waits.
    private static let attempts = 6

    /// What is asked for a token with.
    package enum Ask: Sendable {
        case clientCredentials
        case refresh(Secret)
        case code(Secret, verifier: Secret?, redirectURI: String)
    }

    /// An answer that trying again does not mend.
    package enum Refusal: Error, Sendable {
        /// The code or the refresh token is dead.
        case grant(status: Int, detail: String?)
        /// The client is not known, or its secret wrong.
        case client(status: Int, detail: String?)
        /// Some other fault; the error tells it.
        case other(ExtractorError)
    }

    private let client: ZendeskClient
    private let source: Source
    private let clock: any WallClock
    private let policy: RetryPolicy
    private let budget: AccountBudget
    private let observe: @Sendable (RunProgress.Wait?) -> Void

    init(
        _ client: ZendeskClient,
        source: Source,
        clock: any WallClock,
        policy: RetryPolicy,
        budget: AccountBudget = AccountBudget(),
        observe: @escaping @Sendable (RunProgress.Wait?) -> Void = { _ in }
    ) {
        self.budget = budget
        self.client = client
        self.source = source
        self.clock = clock
        self.policy = policy
        self.observe = observe
    }

    /// A token of a client's own, which is only kept in memory.
    /// - Throws: ``Refusal``, or `CancellationError`.
    func grant(_ ask: Ask, clientID: Secret, clientSecret: Secret?) async throws -> TokenGrant {
        try await grant(ask, clientID: clientID, clientSecret: clientSecret) { $0 }
    }

    /// Asks, and has the answer kept: once it is on its way no cancellation comes between the two.
    /// - Throws: ``Refusal``, what `keep` throws, or `CancellationError`.
    func grant<Kept: Sendable>(
        _ ask: Ask,
        clientID: Secret,
        clientSecret: Secret?,
        keep: @escaping @Sendable (TokenGrant) async throws -> Kept
    ) async throws -> Kept {
        let fields = fields(ask, clientID, clientSecret)
        var attempt = 0
        while true {
            attempt += 1
            try await waitForLeave()
            let outcome: RetryPolicy.Outcome
            do {
                let response: ZendeskResponse
                switch try await exchange(ask, fields, keep: keep) {
                case .kept(let kept): return kept
                case .answered(let answer): response = answer
                }
                if let refusal = refusal(response) { throw refusal }
                outcome = .status(response.status, code: nil)
                if response.status == 429 || (response.status == 503 && response.limits.retryAfter != nil) {
                    let now = clock.now()
                    budget.with { $0.blockLogin(until: now + RetryAfter(response.limits, now: now).delay) }
                }
            } catch let failure as RequestFailure {
                outcome = .broken(failure.problem)
            }
            guard attempt < min(policy.attempts, Self.attempts) else {
                let host = client.address.host
                throw Refusal.other(.loginUnavailable(host: host, problem: outcome.problem, attempts: attempt))
            }
            if budget.with({ $0.loginBlockedUntil }).map({ clock.now() < $0 }) ?? false { continue }
            let wait = policy.delay(attempt, 1)
            observe(.init(until: clock.now() + wait, reason: "login: \(outcome.problem)", isRateLimit: false))
            defer { observe(nil) }
            try await clock.sleep(for: wait)
        }
    }

    /// Waits for the end of a pause that this process, or one before it, was asked for.
    private func waitForLeave() async throws {
        let now = clock.now()
        guard let until = budget.with({ $0.loginBlockedUntil }), now < until else { return }
        guard until - now <= policy.patience else {
            let problem = "it asks to come back at \(until.formatted(.seconds))"
            throw Refusal.other(.loginUnavailable(host: client.address.host, problem: problem, attempts: 1))
        }
        observe(.init(until: until, reason: "login: Zendesk's rate limit", isRateLimit: true))
        defer { observe(nil) }
        // A little later than told: clocks differ.
        try await clock.sleep(for: until - now + .milliseconds(20))
    }

    private enum Exchange<Kept: Sendable>: Sendable {
        case kept(Kept)
        /// No success.
        case answered(ZendeskResponse)
    }

    private func exchange<Kept: Sendable>(
        _ ask: Ask,
        _ fields: [(name: String, value: Field)],
        keep: @escaping @Sendable (TokenGrant) async throws -> Kept
    ) async throws -> Exchange<Kept> {
        let once: @Sendable () async throws -> Exchange<Kept> = {
            let response = try await post(fields)
            guard response.isSuccess else { return .answered(response) }
            guard let grant = TokenGrant(response.body) else {
                throw Refusal.other(authentication(200, "no access_token in the answer"))
            }
            return .kept(try await keep(grant))
        }
        // A client's own token can be asked for again at any time.
        if case .clientCredentials = ask { return try await once() }
        return try await uninterrupted(once)
    }

    private func post(_ fields: [(name: String, value: Field)]) async throws -> ZendeskResponse {
        switch source {
        case .support:
            let body = Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first }
            return try await client.post("/oauth/tokens", Array(try JSONEncoder().encode(body)), as: "application/json")
        case .chat:
            let body = fields.map { "\($0.name)=\(FormText.encoded($0.value.text))" }.joined(separator: "&")
            let type = "application/x-www-form-urlencoded"
            return try await client.post("/oauth2/chat/token", Array(body.utf8), as: type)
        }
    }

    private func fields(_ ask: Ask, _ clientID: Secret, _ clientSecret: Secret?) -> [(name: String, value: Field)] {
        var fields: [(name: String, value: Field)] = [("client_id", .text(clientID.value))]
        if let clientSecret { fields.append(("client_secret", .text(clientSecret.value))) }
        switch ask {
        case .clientCredentials:
            fields += [("grant_type", .text("client_credentials")), ("scope", .text("read"))]
        case .refresh(let token):
            fields += [("grant_type", .text("refresh_token")), ("refresh_token", .text(token.value))]
        case .code(let code, let verifier, let redirectURI):
            fields += [
                ("grant_type", .text("authorization_code")), ("code", .text(code.value)),
                ("redirect_uri", .text(redirectURI)), ("scope", .text("read")),
            ]
            if let verifier { fields.append(("code_verifier", .text(verifier.value))) }
        }
        // Chat's tokens have the life that Chat gives them.
        guard source == .support else { return fields }
        fields.append(("expires_in", .seconds(Self.lifetimeSeconds)))
        if case .clientCredentials = ask { return fields }
        fields.append(("refresh_token_expires_in", .seconds(Self.refreshLifetimeSeconds)))
        return fields
    }

    /// Nil for an answer after which the same may be asked again.
    private func refusal(_ response: ZendeskResponse) -> Refusal? {
        let host = client.address.host
        switch response.status {
        case 300..<400, 404:
            let problem = "there is no Zendesk account at \(host) (\(response.status)); check `subdomain`"
            return .other(.configuration(problem))
        case 408, 409, 429, 500...: return nil
        default:
            let detail = ErrorDetail(response.body)?.text
            switch detail?.prefix(while: { $0 != ":" }) {
            case "invalid_grant": return .grant(status: response.status, detail: detail)
            case "invalid_client", "unauthorized_client": return .client(status: response.status, detail: detail)
            default: return .other(authentication(response.status, detail))
            }
        }
    }

    private func authentication(_ status: Int, _ detail: String?) -> ExtractorError {
        .authentication(host: client.address.host, status: status, detail: detail)
    }

    private enum Field: Encodable, Sendable {
        case text(String)
        case seconds(Int)

        var text: String {
            switch self {
            case .text(let text): text
            case .seconds(let seconds): "\(seconds)"
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .seconds(let seconds): try container.encode(seconds)
            }
        }
    }
}

/// Text in a query or a form.
enum FormText {
    /// All but unreserved characters of RFC 3986 as `%XX`.
    static func encoded(_ text: String) -> String {
        let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")
        // Fails only for text that is no Unicode, which a String is.
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }
}
