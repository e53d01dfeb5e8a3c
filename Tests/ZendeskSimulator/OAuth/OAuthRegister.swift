import Foundation
import Model

/// The codes and pairs that were granted. A pair that is refreshed is dead at once, both halves of it.
struct OAuthRegister: Sendable {
    struct Client: Sendable, Hashable {
        var id: String
        /// Nil for a public client.
        var secret: String?
    }

    struct Code: Sendable {
        var product: OAuthProduct
        var clientID: String
        var redirectURI: String
        var scope: String
        /// Of PKCE, S256.
        var challenge: String?
        var end: Timestamp
    }

    struct Pair: Sendable {
        var product: OAuthProduct
        var clientID: String
        var access: String
        /// Chat gives none.
        var refresh: String?
        var scope: String
        /// Seconds; nil without an end.
        var life: Int?
        var end: Timestamp?
        var refreshLife: Int?
        var refreshEnd: Timestamp?
    }

    /// What a pair is asked for with.
    struct Wish: Sendable {
        var product: OAuthProduct
        var clientID: String
        var scope: String
        var life: Int
        var refreshLife: Int
    }

    var settings: OAuthSettings
    private var codes: [String: Code] = [:]
    private var pairs: [Pair] = []
    private var draw: Draw

    init(settings: OAuthSettings, seed: UInt64) {
        self.settings = settings
        draw = Draw(seed: seed ^ 0x0A17_4A17)
    }

    /// A new code, good once.
    mutating func code(_ code: Code) -> String {
        let text = token("code")
        codes[text] = code
        return text
    }

    /// Takes a code; nil where it is unknown, used or too old.
    mutating func use(code: String, at now: Timestamp) -> Code? {
        guard let found = codes.removeValue(forKey: code), now < found.end else { return nil }
        return found
    }

    /// A new pair. Chat's tokens have no end and no second half.
    mutating func grant(_ wish: Wish, at now: Timestamp) -> Pair {
        var pair = Pair(
            product: wish.product,
            clientID: wish.clientID,
            access: token("granted"),
            refresh: nil,
            scope: wish.scope
        )
        if wish.product == .support {
            let refreshLife = min(wish.refreshLife, settings.longestRefreshLife)
            pair.refresh = token("granted-refresh")
            pair.life = wish.life
            pair.end = now + .seconds(wish.life)
            pair.refreshLife = refreshLife
            pair.refreshEnd = now + .seconds(refreshLife)
        }
        pairs.append(pair)
        return pair
    }

    /// Kills the pair of a refresh token and gives a new one; nil where it is dead, too old or another client's.
    mutating func rotate(_ refresh: String, clientID: String, life: Int, refreshLife: Int, at now: Timestamp) -> Pair? {
        guard let index = pairs.firstIndex(where: { $0.refresh == refresh && $0.clientID == clientID }),
            pairs[index].refreshEnd.map({ now < $0 }) ?? true
        else { return nil }
        let old = pairs.remove(at: index)
        return grant(
            Wish(product: old.product, clientID: clientID, scope: old.scope, life: life, refreshLife: refreshLife),
            at: now
        )
    }

    /// The live pair of an access token.
    func pair(ofAccess access: String, _ product: OAuthProduct, at now: Timestamp) -> Pair? {
        pairs.first { $0.access == access && $0.product == product && ($0.end.map { now < $0 } ?? true) }
    }

    /// How many pairs can still be refreshed.
    var live: Int { pairs.count { $0.refresh != nil } }

    /// Ends all access tokens; their refresh tokens stay good.
    mutating func expireAccess(at now: Timestamp) {
        for index in pairs.indices { pairs[index].end = now }
    }

    mutating func revokeAll() {
        pairs.removeAll()
    }

    private mutating func token(_ kind: String) -> String {
        "\(kind)-" + String(draw.next(), radix: 16) + String(draw.next(), radix: 16)
    }
}

extension TokenRegister {
    /// Whether Chat lets a request in: its own tokens alone are good there.
    /// - Throws: `APIError` where it does not.
    func authenticateForChat(_ authorization: String?, at now: Timestamp) throws {
        let parts = (authorization ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw APIError.chatUnauthorized }
        let token = String(parts[1])
        if token == oauth.settings.chatToken.value { return }
        guard oauth.pair(ofAccess: token, .chat, at: now) != nil else { throw APIError.chatUnauthorized }
    }
}

extension APIError {
    static let chatUnauthorized: APIError = {
        var error = APIError.notAuthenticated
        error.response = .json(
            #"{"error":"Unauthorized","description":"The server could not verify that you are authorized to access "#
                + #"the requested resource"}"#,
            status: 401
        )
        return error
    }()

    static let invalidGrant: APIError = {
        var error = APIError.notAuthenticated
        error.response = .json(
            #"{"error":"invalid_grant","error_description":"The provided authorization grant or refresh token is "#
                + #"invalid, expired, revoked, or was issued to another client."}"#,
            status: 400
        )
        return error
    }()
}
