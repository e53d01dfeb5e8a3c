package import Model

/// How the account's OAuth servers behave: one for Support, one for Chat, each with clients and tokens of its own.
package struct OAuthSettings: Sendable {
    /// What the admin does on the page that asks for consent.
    package enum Consent: Sendable, Hashable {
        case given
        /// The redirect brings this error instead of a code: `access_denied`.
        case refused(String)
    }

    package var consent = Consent.given
    /// The registered addresses; nil takes any loopback address.
    package var redirectURIs: Set<String>?
    /// A public Support client, which has no secret: it must use PKCE.
    package var publicClientID = "simulator-public-client"
    package var chatClientID = "simulator-chat-client"
    package var chatClientSecret = Secret("simulator-chat-secret")
    /// A token of Chat that never expires.
    package var chatToken = Secret("simulator-chat-token")
    /// Of an authorization code, in seconds.
    package var codeLife = 120
    /// The longest life of a refresh token, in seconds, whatever is asked for.
    package var longestRefreshLife = 7_776_000

    package init() {}
}

/// The product that a client and its tokens belong to.
enum OAuthProduct: Sendable, Hashable {
    case support
    case chat
}
