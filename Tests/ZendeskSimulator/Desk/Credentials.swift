package import Model

/// What the simulated account lets in.
package struct Credentials: Sendable {
    package var clientID: String
    package var clientSecret: Secret
    /// An OAuth token that never expires.
    package var token: Secret
    package var email: String
    package var apiToken: Secret
    /// The longest life, in seconds, that a granted token gets, whatever is asked for.
    package var longestTokenLife: Int
    /// False: the credentials are an agent's, to whom the exports are closed.
    package var isAdmin: Bool
    package var oauth = OAuthSettings()

    package init(
        clientID: String = "simulator-client",
        clientSecret: Secret = Secret("simulator-secret"),
        token: Secret = Secret("simulator-token"),
        email: String = "admin@example.com",
        apiToken: Secret = Secret("simulator-api-token"),
        longestTokenLife: Int = 172_800,
        isAdmin: Bool = true
    ) {
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.token = token
        self.email = email
        self.apiToken = apiToken
        self.longestTokenLife = longestTokenLife
        self.isAdmin = isAdmin
    }
}
