package import Model

extension Authentication {
    /// Where the secret is that a field of setup stands for; nil where this way has none.
    package func reference(_ field: SetupField) -> SecretReference? {
        switch (self, field) {
        case (.oauthClientCredentials(let id, _), .clientID), (.oauthRefresh(let id, _), .clientID): id
        case (.oauthClientCredentials(_, let secret), .clientSecret): secret
        case (.oauthRefresh(_, let secret), .clientSecret): secret
        case (.oauthToken(let token), .token), (.apiToken(_, let token), .token): token
        default: nil
        }
    }
}
