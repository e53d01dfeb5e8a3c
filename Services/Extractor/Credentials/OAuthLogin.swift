import Foundation
package import Model
import ServiceRuntime

/// Logs a connection in: from the admin's consent to a pair that is known to work.
package struct OAuthLogin: Sendable {
    private let definition: ConnectionDefinition
    private let access: ZendeskAccess
    private let client: ZendeskClient
    private let clientID: Secret
    private let clientSecret: Secret?

    /// - Throws: ``ExtractorError`` for a connection that does not log in this way, or has a wrong `endpoint`;
    ///   `SecretError`.
    package init(_ definition: ConnectionDefinition, access: ZendeskAccess) throws {
        guard case .oauthRefresh(let id, let secret) = definition.auth else {
            throw ExtractorError.configuration(
                "\(definition.key) needs no login: its `auth` is \(definition.auth.type.rawValue), not oauth_refresh"
            )
        }
        self.definition = definition
        self.access = access
        client = try ZendeskClient(definition, connections: access.connections, userAgent: access.userAgent)
        clientID = try access.secrets.resolve(id)
        clientSecret = try secret.map { try access.secrets.resolve($0) }
    }

    package var host: String { client.address.host }

    /// A new request for consent, with a state and a verifier of its own.
    package func request(redirectURI: String) -> LoginRequest {
        var generator = SystemRandomNumberGenerator()
        let bytes = { Data((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }) }
        return LoginRequest(
            origin: client.address.origin,
            source: definition.source,
            clientID: clientID,
            redirectURI: redirectURI,
            randomness: (bytes(), bytes())
        )
    }

    /// Exchanges a code, which lives for two minutes, and tries the token.
    /// - Parameter generation: of the new pair.
    /// - Throws: ``ExtractorError``, or `CancellationError`.
    package func pair(code: Secret, of request: LoginRequest, generation: Int) async throws -> OAuthPair {
        var policy = access.policy
        // A person waits, and the code does not live long.
        policy.attempts = min(policy.attempts, 4)
        let endpoint = TokenEndpoint(client, source: definition.source, clock: access.clock, policy: policy)
        let ask = TokenEndpoint.Ask.code(code, verifier: request.verifier, redirectURI: request.redirectURI)
        do {
            let grant = try await endpoint.grant(ask, clientID: clientID, clientSecret: clientSecret)
            try await verify(grant.accessToken)
            return OAuthPair(grant, obtainedAt: access.clock.now(), generation: generation)
        } catch let refusal as TokenEndpoint.Refusal {
            throw error(refusal)
        }
    }

    private func error(_ refusal: TokenEndpoint.Refusal) -> ExtractorError {
        switch refusal {
        case .other(let error): return error
        case .grant:
            let reason = "the code has been used before, or is older than two minutes; begin the login again"
            return .loginNeeded(definition.key, reason: reason)
        case .client(let status, let detail): return .authentication(host: host, status: status, detail: detail)
        }
    }

    /// A token of a wrong scope or user is given out all the same: only a call tells.
    private func verify(_ token: Secret) async throws {
        let target = definition.source == .chat ? "/api/v2/chat/account" : "/api/v2/users/me.json"
        let response: ZendeskResponse
        do {
            response = try await client.get(target, authorization: Secret("Bearer \(token.value)"))
        } catch let failure as RequestFailure {
            throw ExtractorError.unavailable(host: host, problem: failure.problem, attempts: 1)
        }
        guard response.isSuccess else {
            let detail = ErrorDetail(response.body)?.text
            if response.status == 403 || response.status == 404 {
                let stream: StreamName = definition.source == .chat ? "account" : "users"
                throw ExtractorError.permission(
                    stream,
                    status: response.status,
                    detail: detail,
                    source: definition.source
                )
            }
            throw ExtractorError.authentication(host: host, status: response.status, detail: detail)
        }
        guard definition.source == .support else { return }
        guard let user = CurrentUser(response.body), user.id != nil else { throw ExtractorError.anonymous(host: host) }
        guard user.role == "admin" else { throw ExtractorError.notAdmin(host: host, role: user.role ?? "unknown") }
    }
}
