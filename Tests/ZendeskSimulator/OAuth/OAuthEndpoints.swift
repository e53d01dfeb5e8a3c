package import Model

extension Endpoint {
    /// The OAuth servers of both products.
    static let oauth: [Endpoint] = [
        Endpoint(path: "/oauth/authorizations/new", access: .anyone, answer: Authorization.support),
        Endpoint(method: "POST", path: "/oauth/tokens", access: .anyone, answer: TokenExchange.support),
        Endpoint(path: "/api/v2/oauth/tokens/current", access: .account, answer: CurrentToken.answer),
        Endpoint(path: "/oauth2/chat/authorizations/new", access: .anyone, answer: Authorization.chat),
        Endpoint(method: "POST", path: "/oauth2/chat/token", access: .anyone, answer: TokenExchange.chat),
    ]
}

/// `GET /api/v2/oauth/tokens/current`: what the request's own token is worth.
private enum CurrentToken {
    static func answer(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        let token = String((request.authorization ?? "").split(separator: " ").last ?? "")
        let pair = backend.desk.with { $0.tokens.oauth.pair(ofAccess: token, .support, at: request.time) }
        var out = JSONBytes()
        out.raw("{\"token\":{\"id\":1,\"scopes\":[\"read\"],\"expires_at\":")
        if let end = pair?.end { out.string(end.formatted(.seconds)) } else { out.raw("null") }
        out.raw("}}")
        return .json(out)
    }
}

extension TokenRegister {
    /// The clients that are registered with a product.
    func clients(of product: OAuthProduct) -> [OAuthRegister.Client] {
        let oauth = oauth.settings
        switch product {
        case .support:
            return [
                OAuthRegister.Client(id: credentials.clientID, secret: credentials.clientSecret.value),
                OAuthRegister.Client(id: oauth.publicClientID, secret: nil),
            ]
        case .chat:
            return [OAuthRegister.Client(id: oauth.chatClientID, secret: oauth.chatClientSecret.value)]
        }
    }
}

extension Simulator {
    /// A pair as a login would have obtained it, for the credentials' own client.
    package func issuePair(life: Int = 172_800) -> (access: Secret, refresh: Secret) {
        let now = server.configuration.clock.now()
        let pair = server.desk.with { desk in
            let wish = OAuthRegister.Wish(
                product: .support,
                clientID: desk.tokens.credentials.clientID,
                scope: "read",
                life: life,
                refreshLife: desk.tokens.oauth.settings.longestRefreshLife
            )
            return desk.tokens.oauth.grant(wish, at: now)
        }
        return (Secret(pair.access), Secret(pair.refresh ?? ""))
    }

    /// Ends all access tokens of pairs at once; their refresh tokens stay good.
    package func expireAccessTokens() {
        let now = server.configuration.clock.now()
        server.desk.with { $0.tokens.oauth.expireAccess(at: now) }
    }

    /// How many pairs could be refreshed now.
    package var livePairs: Int { server.desk.with { $0.tokens.oauth.live } }

    /// Changes how the OAuth servers behave from now on.
    package func setOAuth(_ change: (inout OAuthSettings) -> Void) {
        var settings = server.desk.with { $0.tokens.oauth.settings }
        change(&settings)
        let changed = settings
        server.desk.with { $0.tokens.oauth.settings = changed }
    }
}
