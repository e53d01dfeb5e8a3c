import Crypto
import Foundation
package import Model

/// One try of an admin to let Deskpipe in: what the browser is sent to Zendesk with, and what may come back.
package struct LoginRequest: Sendable {
    package let redirectURI: String
    /// Where the admin gives consent.
    package let url: String
    private let state: Secret
    let verifier: Secret?

    /// - Parameter randomness: at least 32 bytes each, for the state and for PKCE's verifier.
    init(
        origin: String,
        source: Source,
        clientID: Secret,
        redirectURI: String,
        randomness: (state: Data, verifier: Data)
    ) {
        self.redirectURI = redirectURI
        state = Secret(Self.base64URL(randomness.state))
        var items = [
            ("response_type", "code"), ("client_id", clientID.value), ("redirect_uri", redirectURI), ("scope", "read"),
            ("state", state.value),
        ]
        let path: String
        switch source {
        case .support:
            let verifier = Secret(Self.base64URL(randomness.verifier))
            self.verifier = verifier
            items.append(("code_challenge", Self.base64URL(Data(SHA256.hash(data: Data(verifier.value.utf8))))))
            items.append(("code_challenge_method", "S256"))
            path = "/oauth/authorizations/new"
        case .chat:
            verifier = nil
            path = "/oauth2/chat/authorizations/new"
        }
        url = origin + path + "?" + items.map { "\($0.0)=\(FormText.encoded($0.1))" }.joined(separator: "&")
    }

    /// What the address holds that the browser landed on.
    package enum Landing: Sendable {
        case code(Secret)
        /// Zendesk's or the admin's no, in words for people.
        case refused(String)
        /// Not an answer to this request.
        case foreign
    }

    /// - Parameter url: the whole address, or its path and query.
    package func landing(_ url: String) -> Landing {
        guard let components = URLComponents(string: url), components.path == expectedPath else { return .foreign }
        let items = Dictionary(
            (components.queryItems ?? []).map { ($0.name, $0.value ?? "") },
            uniquingKeysWith: { first, _ in first }
        )
        // Without the state that only this login knows, anybody could have made the address.
        guard items["state"] == state.value else { return .foreign }
        if let code = items["code"], !code.isEmpty { return .code(Secret(code)) }
        guard let error = items["error"] else { return .foreign }
        let words = [error, items["error_description"]].compactMap(\.self).joined(separator: ": ")
        return .refused(String(words.unicodeScalars.filter { (0x20..<0x7f).contains($0.value) }.map(Character.init)))
    }

    private var expectedPath: String { URLComponents(string: redirectURI)?.path ?? "/" }

    private static func base64URL(_ bytes: Data) -> String {
        bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
