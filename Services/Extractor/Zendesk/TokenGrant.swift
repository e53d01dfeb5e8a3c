import Foundation
package import Model

/// A token endpoint's answer. It is in nobody's log.
package struct TokenGrant: Sendable {
    package var accessToken: Secret
    package var refreshToken: Secret?
    /// Seconds; nil for a token without an end.
    package var expiresIn: Double?
    package var refreshExpiresIn: Double?

    /// Nil for an answer that holds no token which a header could carry.
    init?(_ body: [UInt8]) {
        // The decoder's reason may quote a token.
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)), Self.isToken(answer.accessToken),
            answer.refreshToken.map(Self.isToken) ?? true
        else { return nil }
        accessToken = Secret(answer.accessToken)
        refreshToken = answer.refreshToken.map(Secret.init)
        // A life without sense is none at all: then a 401 tells the end.
        expiresIn = answer.expiresIn.flatMap(Self.life)
        refreshExpiresIn = answer.refreshExpiresIn.flatMap(Self.life)
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy { (0x21..<0x7f).contains($0.value) }
    }

    private static func life(_ seconds: Double) -> Double? {
        seconds > 0 && seconds < 1_000_000_000 ? seconds : nil
    }

    private struct Answer: Decodable {
        let accessToken: String
        let refreshToken: String?
        let expiresIn: Double?
        let refreshExpiresIn: Double?

        enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case refreshToken = "refresh_token"
            case expiresIn = "expires_in"
            case refreshExpiresIn = "refresh_token_expires_in"
        }
    }
}
