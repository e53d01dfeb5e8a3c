import Foundation
package import Model

/// What a login or a refresh gave: an access token, and the token that gets the next pair.
package struct OAuthPair: Sendable {
    package var accessToken: Secret
    /// Nil for tokens that are not refreshed, such as Chat's.
    package var refreshToken: Secret?
    /// Nil for an access token without an end.
    package var expiresAt: Timestamp?
    /// Nil where Zendesk did not say.
    package var refreshExpiresAt: Timestamp?
    package var obtainedAt: Timestamp
    /// 1 for the first login, one more for each pair after it.
    package var generation: Int
    /// Set while a refresh of this pair is under way: where it stays set, Zendesk may have killed the pair.
    package var refreshingSince: Timestamp?

    package init(
        accessToken: Secret,
        refreshToken: Secret?,
        expiresAt: Timestamp?,
        refreshExpiresAt: Timestamp? = nil,
        obtainedAt: Timestamp,
        generation: Int
    ) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        self.expiresAt = expiresAt
        self.refreshExpiresAt = refreshExpiresAt
        self.obtainedAt = obtainedAt
        self.generation = generation
    }

    init(_ grant: TokenGrant, obtainedAt: Timestamp, generation: Int) {
        self.init(
            accessToken: grant.accessToken,
            refreshToken: grant.refreshToken,
            expiresAt: grant.expiresIn.map { obtainedAt + .milliseconds(Int64($0 * 1000)) },
            refreshExpiresAt: grant.refreshExpiresIn.map { obtainedAt + .milliseconds(Int64($0 * 1000)) },
            obtainedAt: obtainedAt,
            generation: generation
        )
    }

    /// From when on a new pair is fetched: some seconds before the access token's end, at most five minutes.
    var renewAt: Timestamp? {
        guard let expiresAt else { return nil }
        let life = expiresAt - obtainedAt
        return expiresAt - min(.seconds(300), life / 10)
    }
}

extension OAuthPair: Codable {
    enum CodingKeys: String, CodingKey {
        case generation
        case accessToken = "access_token"
        case refreshToken = "refresh_token"
        case expiresAt = "expires_at"
        case refreshExpiresAt = "refresh_expires_at"
        case obtainedAt = "obtained_at"
        case refreshingSince = "refreshing_since"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        accessToken = Secret(try values.decode(String.self, forKey: .accessToken))
        refreshToken = try values.decodeIfPresent(String.self, forKey: .refreshToken).map(Secret.init)
        expiresAt = try values.decodeIfPresent(Timestamp.self, forKey: .expiresAt)
        refreshExpiresAt = try values.decodeIfPresent(Timestamp.self, forKey: .refreshExpiresAt)
        obtainedAt = try values.decode(Timestamp.self, forKey: .obtainedAt)
        generation = try values.decode(Int.self, forKey: .generation)
        refreshingSince = try values.decodeIfPresent(Timestamp.self, forKey: .refreshingSince)
    }

    /// In the clear: only ``SealedPair`` may ask for this.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(accessToken.value, forKey: .accessToken)
        try values.encodeIfPresent(refreshToken?.value, forKey: .refreshToken)
        try values.encodeIfPresent(expiresAt, forKey: .expiresAt)
        try values.encodeIfPresent(refreshExpiresAt, forKey: .refreshExpiresAt)
        try values.encode(obtainedAt, forKey: .obtainedAt)
        try values.encode(generation, forKey: .generation)
        try values.encodeIfPresent(refreshingSince, forKey: .refreshingSince)
    }
}
