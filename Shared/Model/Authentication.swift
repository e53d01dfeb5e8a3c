/// How a connection proves who it is. Secrets are references, read when a run starts and again on a 401.
package enum Authentication: Hashable, Sendable {
    case oauthClientCredentials(clientID: SecretReference, clientSecret: SecretReference)
    case oauthToken(token: SecretReference)
    case apiToken(email: String, token: SecretReference)
    /// A pair that `deskpipe login` obtained, kept sealed in `{ns}.credentials`. Without a secret the client is public.
    case oauthRefresh(clientID: SecretReference, clientSecret: SecretReference?)

    package var type: Kind {
        switch self {
        case .oauthClientCredentials: .oauthClientCredentials
        case .oauthToken: .oauthToken
        case .apiToken: .apiToken
        case .oauthRefresh: .oauthRefresh
        }
    }

    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case oauthClientCredentials = "oauth_client_credentials"
        case oauthToken = "oauth_token"
        case apiToken = "api_token"
        case oauthRefresh = "oauth_refresh"

        /// - Throws: where the source takes no such thing.
        package func check(for source: Source) throws(SettingProblem) {
            guard self == .apiToken, source == .chat else { return }
            throw .says(
                "Zendesk Chat takes no API tokens: use oauth_client_credentials or oauth_refresh with a client of the "
                    + "Chat dashboard"
            )
        }
    }
}

extension Authentication: Codable {
    enum CodingKeys: String, CodingKey {
        case type, email, token
        case clientID = "client_id"
        case clientSecret = "client_secret"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .type) {
        case .oauthClientCredentials:
            self = .oauthClientCredentials(
                clientID: try container.decode(SecretReference.self, forKey: .clientID),
                clientSecret: try container.decode(SecretReference.self, forKey: .clientSecret)
            )
        case .oauthToken:
            self = .oauthToken(token: try container.decode(SecretReference.self, forKey: .token))
        case .apiToken:
            self = .apiToken(
                email: try container.decode(String.self, forKey: .email),
                token: try container.decode(SecretReference.self, forKey: .token)
            )
        case .oauthRefresh:
            self = .oauthRefresh(
                clientID: try container.decode(SecretReference.self, forKey: .clientID),
                clientSecret: try container.decodeIfPresent(SecretReference.self, forKey: .clientSecret)
            )
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type, forKey: .type)
        switch self {
        case .oauthClientCredentials(let clientID, let clientSecret):
            try container.encode(clientID, forKey: .clientID)
            try container.encode(clientSecret, forKey: .clientSecret)
        case .oauthToken(let token):
            try container.encode(token, forKey: .token)
        case .apiToken(let email, let token):
            try container.encode(email, forKey: .email)
            try container.encode(token, forKey: .token)
        case .oauthRefresh(let clientID, let clientSecret):
            try container.encode(clientID, forKey: .clientID)
            try container.encodeIfPresent(clientSecret, forKey: .clientSecret)
        }
    }
}

extension Authentication {
    /// The e-mail of an API token's admin.
    package static func checked(email text: String) throws(SettingProblem) -> String {
        guard !text.hasSuffix("/token") else { throw .says("leave `/token` out: it is the admin's e-mail alone") }
        guard text.contains("@"), !text.contains(where: \.isWhitespace) else {
            throw .mustBe("an e-mail such as admin@acme.com")
        }
        return text
    }
}
