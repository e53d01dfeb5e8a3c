import Foundation
package import Model
package import ServiceRuntime

/// Keeps the `Authorization` of a connection's requests valid. One renewal is under way at a time.
///
/// Secrets are read where their references point when a run starts and again after a 401; they go into a head or the
/// token request, nowhere else.
package actor Authenticator {
    /// What is asked for: 48 hours, Zendesk's most.
    private static let lifetimeSeconds = 172_800
    /// How often a login is tried: without it every stream waits.
    private static let attempts = 6

    private struct Credential {
        var authorization: Secret
        /// When a new one is fetched, before this one ends; nil for one without an end.
        var renewAt: Timestamp?
    }

    private let authentication: Authentication
    private let client: ZendeskClient
    private let secrets: SecretResolver
    private let clock: any WallClock
    private let policy: RetryPolicy
    private let observe: @Sendable (RunProgress.Wait?) -> Void
    private let gate = Gate()
    private var credential: Credential?
    private var refusal: ExtractorError?

    package init(
        _ authentication: Authentication,
        client: ZendeskClient,
        secrets: SecretResolver,
        clock: any WallClock,
        policy: RetryPolicy,
        observe: @escaping @Sendable (RunProgress.Wait?) -> Void = { _ in }
    ) {
        self.authentication = authentication
        self.client = client
        self.secrets = secrets
        self.clock = clock
        self.policy = policy
        self.observe = observe
    }

    /// The value of the `Authorization` header.
    /// - Throws: ``ExtractorError``, `SecretError`, or `CancellationError`.
    package func authorization() async throws -> Secret {
        try await gate.pass {
            if let refusal { throw refusal }
            if let credential, credential.renewAt.map({ clock.now() < $0 }) ?? true { return credential.authorization }
            return try await obtain()
        }
    }

    /// The value to use after `used` was answered with a 401.
    /// - Throws: as ``authorization()``; ``ExtractorError/authentication(host:status:detail:)`` when there is no other.
    package func renewed(after used: Secret, detail: String?) async throws -> Secret {
        try await gate.pass {
            if let refusal { throw refusal }
            if let credential, credential.authorization.value != used.value { return credential.authorization }
            let authorization = try await obtain()
            // A static token that is still the same will be refused again.
            guard authorization.value != used.value else { throw refuse(401, detail) }
            return authorization
        }
    }

    private func obtain() async throws -> Secret {
        let new = try await self.new()
        credential = new
        return new.authorization
    }

    private func new() async throws -> Credential {
        switch authentication {
        case .oauthToken(let reference):
            return Credential(authorization: Secret("Bearer \(try secrets.resolve(reference).value)"))
        case .apiToken(let email, let reference):
            let pair = "\(email)/token:\(try secrets.resolve(reference).value)"
            return Credential(authorization: Secret("Basic \(Data(pair.utf8).base64EncodedString())"))
        case .oauthRefresh:
            throw ExtractorError.configuration("`oauth_refresh` needs `deskpipe login` first")
        case .oauthClientCredentials(let clientID, let clientSecret):
            let request = TokenRequest(
                clientID: try secrets.resolve(clientID).value,
                clientSecret: try secrets.resolve(clientSecret).value,
                expiresIn: Self.lifetimeSeconds
            )
            return try await token(try JSONEncoder().encode(request))
        }
    }

    private func token(_ body: Data) async throws -> Credential {
        var attempt = 0
        while true {
            attempt += 1
            let outcome: RetryPolicy.Outcome
            var wait = policy.delay(attempt, 1)
            do {
                let response = try await client.post("/oauth/tokens", json: Array(body))
                if response.isSuccess { return try credential(response.body) }
                try checkRefusal(response)
                outcome = .status(response.status, code: nil)
                if response.status == 429 { wait = RetryAfter(response.limits.retryAfter, now: clock.now()).delay }
            } catch let failure as RequestFailure {
                outcome = .broken(failure.problem)
            }
            guard attempt < min(policy.attempts, Self.attempts) else {
                let host = client.address.host
                throw remember(.loginUnavailable(host: host, problem: outcome.problem, attempts: attempt))
            }
            let isRateLimit = if case .status(429, _) = outcome { true } else { false }
            observe(.init(until: clock.now() + wait, reason: "login: \(outcome.problem)", isRateLimit: isRateLimit))
            defer { observe(nil) }
            try await clock.sleep(for: wait)
        }
    }

    private func credential(_ body: [UInt8]) throws -> Credential {
        guard let token = try? JSONDecoder().decode(TokenResponse.self, from: Data(body)),  // the reason may quote it
            !token.accessToken.isEmpty,
            token.accessToken.unicodeScalars.allSatisfy({ (0x21..<0x7f).contains($0.value) })
        else { throw refuse(200, "no access_token in the answer") }
        // Some seconds before its end, at most five minutes.
        let renewAt = token.expiresIn.map { seconds in
            clock.now() + .milliseconds(Int64((seconds - min(300, seconds / 10)) * 1000))
        }
        return Credential(authorization: Secret("Bearer \(token.accessToken)"), renewAt: renewAt)
    }

    private func checkRefusal(_ response: ZendeskResponse) throws {
        switch response.status {
        case 300..<400, 404:
            let host = client.address.host
            throw remember(
                .configuration("there is no Zendesk account at \(host) (\(response.status)); check `subdomain`")
            )
        case 408, 409, 429, 500...: return
        default: throw refuse(response.status, ErrorDetail(response.body)?.text)
        }
    }

    private func refuse(_ status: Int, _ detail: String?) -> ExtractorError {
        remember(.authentication(host: client.address.host, status: status, detail: detail))
    }

    /// So that the connection's other streams do not try again.
    private func remember(_ error: ExtractorError) -> ExtractorError {
        refusal = error
        return error
    }
}

private struct TokenRequest: Encodable {
    let grantType = "client_credentials"
    let clientID: String
    let clientSecret: String
    let scope = "read"
    let expiresIn: Int

    enum CodingKeys: String, CodingKey {
        case scope
        case grantType = "grant_type"
        case clientID = "client_id"
        case clientSecret = "client_secret"
        case expiresIn = "expires_in"
    }
}

private struct TokenResponse: Decodable {
    let accessToken: String
    /// Seconds; absent for a token without an end.
    let expiresIn: Double?

    enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case expiresIn = "expires_in"
    }
}
