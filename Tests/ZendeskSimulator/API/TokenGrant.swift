import Foundation

/// `POST /oauth/tokens`: a token for a client's id and secret.
enum TokenGrant {
    private static let lives = 300...172_800
    private static let usualLife = 1800

    private struct Ask: Decodable {
        var grantType: String?
        var clientID: String?
        var clientSecret: String?
        var scope: String?
        var expiresIn: Int?

        enum CodingKeys: String, CodingKey {
            case grantType = "grant_type"
            case clientID = "client_id"
            case clientSecret = "client_secret"
            case scope
            case expiresIn = "expires_in"
        }
    }

    static func answer(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        // The decoder's error would repeat parts of the body, which holds the client's secret.
        guard let ask = try? JSONDecoder().decode(Ask.self, from: Data(request.body)) else {
            throw APIError.invalidRequest("The request is not the JSON of a token request")
        }
        guard ask.grantType == "client_credentials" else {
            throw APIError.invalidRequest("The grant type is not supported")
        }
        let life = ask.expiresIn ?? usualLife
        guard lives.contains(life) else {
            throw APIError.invalidRequest("expires_in must be between 300 and 172800 seconds")
        }
        // A scope that does not exist still yields a token; every use of it is refused.
        let scope = ask.scope ?? ""
        guard let id = ask.clientID, let secret = ask.clientSecret,
            let token = backend.desk.grant(id: id, secret: secret, scope: scope, life: life, at: request.time)
        else { throw APIError.invalidClient }
        var out = JSONBytes()
        out.raw("{\"access_token\":")
        out.string(token.text)
        out.raw(",\"token_type\":\"bearer\",\"scope\":")
        out.string(scope)
        out.raw(",\"expires_in\":")
        out.integer(token.life)
        out.raw("}")
        return .json(out)
    }
}
