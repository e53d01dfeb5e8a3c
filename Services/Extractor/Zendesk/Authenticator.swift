import Foundation
package import Model
package import ServiceRuntime

/// Keeps the `Authorization` of a connection's requests valid. One renewal is under way at a time.
///
/// Secrets are read where their references point when a run starts and again after a 401; they go into a head or the
/// token request, nowhere else.
package actor Authenticator {
    private struct Credential {
        var authorization: Secret
        /// When a new one is fetched, before this one ends; nil for one without an end.
        var renewAt: Timestamp?
        var loginEndsAt: Timestamp?

        init(_ authorization: Secret) {
            self.authorization = authorization
        }

        init(_ pair: OAuthPair) {
            authorization = Secret("Bearer \(pair.accessToken.value)")
            renewAt = pair.renewAt
        }

        /// Of a login that a person made.
        init(login pair: OAuthPair) {
            self.init(pair)
            loginEndsAt = pair.refreshToken == nil ? pair.expiresAt : pair.refreshExpiresAt
        }
    }

    private let definition: ConnectionDefinition
    private let client: ZendeskClient
    private let secrets: SecretResolver
    private let clock: any WallClock
    private let endpoint: TokenEndpoint
    private let keeper: CredentialKeeper?
    private let gate = Gate()
    private var credential: Credential?
    private var refusal: ExtractorError?

    /// - Parameters:
    ///   - keeper: of the pair of an `oauth_refresh` connection.
    ///   - budget: the account's, which knows until when its token endpoint is not to be asked.
    package init(
        _ definition: ConnectionDefinition,
        client: ZendeskClient,
        secrets: SecretResolver,
        clock: any WallClock,
        policy: RetryPolicy,
        keeper: CredentialKeeper? = nil,
        budget: AccountBudget = AccountBudget(),
        observe: @escaping @Sendable (RunProgress.Wait?) -> Void = { _ in }
    ) {
        self.definition = definition
        self.client = client
        self.secrets = secrets
        self.clock = clock
        self.keeper = keeper
        endpoint = TokenEndpoint(
            client,
            source: definition.source,
            clock: clock,
            policy: policy,
            budget: budget,
            observe: observe
        )
    }

    /// When the login that is in use ends unless a run, or a person, renews it; nil inside: it has no end that is known.
    /// Nil while nothing was obtained.
    package var loginEnd: Timestamp?? { credential.map(\.loginEndsAt) }

    /// The value of the `Authorization` header.
    /// - Throws: ``ExtractorError``, `SecretError`, ``CredentialError``, or `CancellationError`.
    package func authorization() async throws -> Secret {
        try await gate.pass {
            if let refusal { throw refusal }
            if let credential, credential.renewAt.map({ clock.now() < $0 }) ?? true { return credential.authorization }
            return try await obtain(insteadOf: nil)
        }
    }

    /// The value to use after `used` was answered with a 401.
    /// - Throws: as ``authorization()``; ``ExtractorError/authentication(host:status:detail:)`` when there is no other.
    package func renewed(after used: Secret, detail: String?) async throws -> Secret {
        try await gate.pass {
            if let refusal { throw refusal }
            if let credential, credential.authorization.value != used.value { return credential.authorization }
            let authorization = try await obtain(insteadOf: used)
            // A static token that is still the same will be refused again.
            guard authorization.value != used.value else {
                if try await isOfSupport(used) { throw remember(Self.supportToken) }
                throw remember(.authentication(host: client.address.host, status: 401, detail: detail))
            }
            return authorization
        }
    }

    private func obtain(insteadOf refused: Secret?) async throws -> Secret {
        do {
            let new = try await new(insteadOf: refused)
            credential = new
            return new.authorization
        } catch let refusal as TokenEndpoint.Refusal {
            throw remember(error(refusal))
        }
    }

    private func new(insteadOf refused: Secret?) async throws -> Credential {
        switch definition.auth {
        case .oauthToken(let reference):
            return Credential(Secret("Bearer \(try secrets.resolve(reference).value)"))
        case .apiToken(let email, let reference):
            guard definition.source != .chat else { throw remember(Self.apiTokenForChat) }
            let pair = "\(email)/token:\(try secrets.resolve(reference).value)"
            return Credential(Secret("Basic \(Data(pair.utf8).base64EncodedString())"))
        case .oauthClientCredentials(let clientID, let clientSecret):
            let grant = try await endpoint.grant(
                .clientCredentials,
                clientID: try secrets.resolve(clientID),
                clientSecret: try secrets.resolve(clientSecret)
            )
            return Credential(OAuthPair(grant, obtainedAt: clock.now(), generation: 1))
        case .oauthRefresh(let clientID, let clientSecret):
            guard let keeper else {
                throw ExtractorError.unexpected("`oauth_refresh` is used where no login can be read")
            }
            let renewal = PairRenewal(
                keeper: keeper,
                endpoint: endpoint,
                clientID: { [secrets] in try secrets.resolve(clientID) },
                clientSecret: { [secrets] in try clientSecret.map { try secrets.resolve($0) } },
                clock: clock
            )
            do {
                return Credential(login: try await renewal.pair(insteadOf: refused))
            } catch let error as ExtractorError {
                throw error.isOfLogin ? remember(error) : error
            }
        }
    }

    private func error(_ refusal: TokenEndpoint.Refusal) -> ExtractorError {
        switch refusal {
        case .other(let error): return error
        case .client(let status, let detail) where definition.source == .chat:
            let reason = detail.map { ", \"\($0)\"" } ?? ""
            return .configuration(
                "\(client.address.host) does not accept this client for Chat (\(status)\(reason)): check its secret; and "
                    + "Zendesk Chat has OAuth clients of its own, made in the Chat dashboard: none of Support works there"
            )
        case .client(let status, let detail), .grant(let status, let detail):
            return .authentication(host: client.address.host, status: status, detail: detail)
        }
    }

    /// Whether a token that Chat refuses is good for Support: then it can never be one of Chat's.
    private func isOfSupport(_ authorization: Secret) async throws -> Bool {
        guard definition.source == .chat, case .oauthToken = definition.auth else { return false }
        do {
            let response = try await client.get("/api/v2/users/me.json", authorization: authorization)
            return response.isSuccess && CurrentUser(response.body)?.id != nil
        } catch is RequestFailure {
            return false  // then the refusal is told as it came
        }
    }

    private static let supportToken = ExtractorError.configuration(
        "the token of `auth` is one of Support, and Zendesk Chat takes only its own: make a client in the Chat "
            + "dashboard and log in with it"
    )

    private static let apiTokenForChat = ExtractorError.configuration(
        "Zendesk Chat takes no API tokens: use `oauth_client_credentials` or `oauth_refresh` with a client of the Chat "
            + "dashboard"
    )

    /// So that the connection's other streams do not try again.
    private func remember(_ error: ExtractorError) -> ExtractorError {
        refusal = error
        return error
    }
}

extension ExtractorError {
    /// No stream of this run can log in any more.
    fileprivate var isOfLogin: Bool {
        switch self {
        case .loginNeeded, .renewalPending, .authentication, .loginUnavailable, .takenOver, .configuration: true
        default: false
        }
    }
}

extension Authentication {
    /// What a run and a check tell about this way in, once; nil where there is nothing to tell.
    package var warning: String? {
        guard case .apiToken = self else { return nil }
        return "Zendesk ends API tokens on 2027-04-30: move to `oauth_client_credentials`"
    }
}
