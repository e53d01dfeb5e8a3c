import Foundation
import Model

/// The tokens that were granted, and what each request's credentials are worth.
struct TokenRegister: Sendable {
    struct Grant: Sendable {
        var text: String
        /// Seconds.
        var life: Int
    }

    private struct Issued: Sendable {
        var end: Timestamp
        var scope: String
    }

    let credentials: Credentials
    var oauth: OAuthRegister
    private var issued: [String: Issued] = [:]
    private var draw: Draw

    init(credentials: Credentials, seed: UInt64) {
        self.credentials = credentials
        oauth = OAuthRegister(settings: credentials.oauth, seed: seed)
        draw = Draw(seed: seed)
    }

    /// A new token, or nil for a client that is not the account's.
    mutating func grant(id: String, secret: String, scope: String, life: Int, at now: Timestamp) -> Grant? {
        guard id == credentials.clientID, secret == credentials.clientSecret.value else { return nil }
        let grant = Grant(
            text: "granted-" + String(draw.next(), radix: 16) + String(draw.next(), radix: 16),
            life: min(life, credentials.longestTokenLife)
        )
        issued[grant.text] = Issued(end: now + .seconds(grant.life), scope: scope)
        return grant
    }

    /// Ends all tokens that were granted.
    mutating func revokeAll() {
        issued.removeAll()
        oauth.revokeAll()
    }

    /// - Returns: False where the request has no credentials.
    /// - Throws: `APIError` for those that are not good.
    func authenticate(_ authorization: String?, at now: Timestamp) throws -> Bool {
        guard let authorization else { return false }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { throw APIError.notAuthenticated }
        switch parts[0].lowercased() {
        case "bearer":
            try authenticate(bearer: String(parts[1]), at: now)
        case "basic":
            let expected = "\(credentials.email)/token:\(credentials.apiToken.value)"
            guard Data(base64Encoded: String(parts[1])) == Data(expected.utf8) else {
                throw APIError.notAuthenticated
            }
        default:
            throw APIError.notAuthenticated
        }
        return true
    }

    private func authenticate(bearer: String, at now: Timestamp) throws {
        if bearer == credentials.token.value { return }
        let scope = oauth.pair(ofAccess: bearer, .support, at: now)?.scope
        guard let scope = scope ?? issued[bearer].flatMap({ now < $0.end ? $0.scope : nil }) else {
            throw APIError.invalidToken
        }
        guard scope.split(separator: " ").contains("read") else { throw APIError.missingScope }
    }
}
