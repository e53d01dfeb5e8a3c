import Model
import ServiceRuntime

/// Asks an account single questions, with a person waiting: a few attempts, and short waits for the rate limit.
struct CheckProbe: Sendable {
    /// The longest wait for the rate limit: budgets fill up every minute.
    private static let patience = Duration.seconds(75)
    private static let attempts = 3

    let client: ZendeskClient
    let authenticator: Authenticator
    let clock: any WallClock

    var host: String { client.address.host }

    /// Asks as nobody.
    /// - Throws: ``ExtractorError/unavailable(host:problem:attempts:)``, `CancellationError`.
    func knock(_ target: String) async throws -> ZendeskResponse {
        try await answer { try await client.get(target, authorization: nil) }
    }

    /// Asks with the connection's credentials, which are renewed once where they are refused.
    /// - Throws: ``ExtractorError``, `SecretError`, `CancellationError`. An answer of any status is none of these, but
    ///   for 401 after the renewal.
    func ask(_ target: String) async throws -> ZendeskResponse {
        var authorization = try await authenticator.authorization()
        let asked = authorization
        let first = try await answer { try await client.get(target, authorization: asked) }
        guard first.status == 401 else { return first }
        let detail = ErrorDetail(first.body)?.text
        authorization = try await authenticator.renewed(after: authorization, detail: detail)
        let renewed = authorization
        let second = try await answer { try await client.get(target, authorization: renewed) }
        guard second.status == 401 else { return second }
        throw ExtractorError.authentication(host: host, status: 401, detail: ErrorDetail(second.body)?.text)
    }

    private func answer(_ send: () async throws -> ZendeskResponse) async throws -> ZendeskResponse {
        var attempt = 0
        var waited = Duration.zero
        while true {
            let problem: String
            do {
                let response = try await send()
                switch response.status {
                case 429:
                    let wait = RetryAfter(response.limits, now: clock.now()).delay
                    guard waited + wait <= Self.patience else {
                        throw ExtractorError.rateLimited("check", until: clock.now() + wait)
                    }
                    waited += wait
                    try await clock.sleep(for: wait)
                    continue
                case 408, 409, 500...: problem = "it answers with status \(response.status)"
                default: return response
                }
            } catch let failure as RequestFailure {
                problem = failure.problem
            }
            attempt += 1
            guard attempt < Self.attempts else {
                throw ExtractorError.unavailable(host: host, problem: problem, attempts: attempt)
            }
            try await clock.sleep(for: .seconds(attempt))
        }
    }
}

extension ZendeskAccess {
    /// A way to ask single questions of a connection's account.
    /// - Parameter keeper: of the pair of an `oauth_refresh` connection; one that may not refresh.
    func probe(_ definition: ConnectionDefinition, keeper: CredentialKeeper?) throws -> CheckProbe {
        let client = try ZendeskClient(definition, connections: connections, userAgent: userAgent)
        var policy = policy
        policy.attempts = min(policy.attempts, 3)
        let authenticator = Authenticator(
            definition,
            client: client,
            secrets: secrets,
            clock: clock,
            policy: policy,
            keeper: keeper
        )
        return CheckProbe(client: client, authenticator: authenticator, clock: clock)
    }
}
