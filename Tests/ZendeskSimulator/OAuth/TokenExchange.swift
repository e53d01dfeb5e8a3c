import Crypto
import Foundation
import Model

/// `POST` to a token endpoint: Support takes JSON, Chat a form.
enum TokenExchange {
    private static let lives = 300...172_800
    private static let refreshLives = 604_800...7_776_000
    private static let usualLife = 1800
    private static let usualRefreshLife = 2_592_000

    /// Support's, for codes and refresh tokens; a client's own token is ``TokenGrant``'s.
    static func support(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        // A decoder's error would repeat parts of the body, which holds secrets.
        guard let fields = (try? JSONSerialization.jsonObject(with: Data(request.body))) as? [String: Any] else {
            throw APIError.invalidRequest("The request is not the JSON of a token request")
        }
        let ask = Ask(product: .support) { name in fields[name].map { "\($0)" } }
        if ask.grantType == "client_credentials" { return try await TokenGrant.answer(request, backend) }
        return try answer(ask, request, backend)
    }

    static func chat(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        let form = APIRequest(
            method: "POST",
            path: request.path,
            rawQuery: String(decoding: request.body, as: UTF8.self),
            time: request.time
        )
        return try answer(Ask(product: .chat, value: form.value), request, backend)
    }

    private struct Ask {
        var product: OAuthProduct
        var value: (String) -> String?

        var grantType: String? { value("grant_type") }

        func seconds(_ name: String, within range: ClosedRange<Int>, usual: Int) throws -> Int {
            guard let text = value(name) else { return usual }
            guard let seconds = Int(text), range.contains(seconds) else {
                throw APIError.invalidRequest("\(name) must be within \(range.lowerBound) and \(range.upperBound)")
            }
            return seconds
        }
    }

    private static func answer(_ ask: Ask, _ request: APIRequest, _ backend: Endpoint.Backend) throws -> APIResponse {
        let client = try client(ask, backend)
        let most = backend.desk.with { $0.tokens.credentials.longestTokenLife }
        var wish = OAuthRegister.Wish(
            product: ask.product,
            clientID: client.id,
            scope: ask.value("scope") ?? "",
            life: min(try ask.seconds("expires_in", within: lives, usual: usualLife), most),
            refreshLife: try ask.seconds("refresh_token_expires_in", within: refreshLives, usual: usualRefreshLife)
        )
        let pair: OAuthRegister.Pair?
        switch ask.grantType {
        case "authorization_code":
            wish.scope = try scope(ofCode: ask, client, request, backend)
            pair = backend.desk.with { [wish] in $0.tokens.oauth.grant(wish, at: request.time) }
        case "refresh_token":
            let refresh = ask.value("refresh_token") ?? ""
            pair = backend.desk.with { [wish] in
                $0.tokens.oauth.rotate(
                    refresh,
                    clientID: client.id,
                    life: wish.life,
                    refreshLife: wish.refreshLife,
                    at: request.time
                )
            }
        case "client_credentials" where client.secret != nil:
            pair = backend.desk.with { [wish] in $0.tokens.oauth.grant(wish, at: request.time) }
        default:
            throw APIError.invalidRequest("The grant type is not supported")
        }
        guard let pair else { throw APIError.invalidGrant }
        return .json(body(of: pair))
    }

    /// The client that asks. A confidential one gives its secret, or proves itself by a code's verifier.
    private static func client(_ ask: Ask, _ backend: Endpoint.Backend) throws -> OAuthRegister.Client {
        let clients = backend.desk.with { $0.tokens.clients(of: ask.product) }
        guard let client = clients.first(where: { $0.id == ask.value("client_id") }) else {
            throw APIError.invalidClient
        }
        let isProven = ask.grantType == "authorization_code" && ask.value("code_verifier") != nil
        guard let given = ask.value("client_secret") else {
            guard client.secret == nil || isProven else { throw APIError.invalidClient }
            return client
        }
        guard given == client.secret else { throw APIError.invalidClient }
        return client
    }

    private static func scope(
        ofCode ask: Ask,
        _ client: OAuthRegister.Client,
        _ request: APIRequest,
        _ backend: Endpoint.Backend
    ) throws -> String {
        let text = ask.value("code") ?? ""
        guard let code = backend.desk.with({ $0.tokens.oauth.use(code: text, at: request.time) }),
            code.product == ask.product, code.clientID == client.id, code.redirectURI == ask.value("redirect_uri")
        else { throw APIError.invalidGrant }
        if let challenge = code.challenge {
            let hash = SHA256.hash(data: Data((ask.value("code_verifier") ?? "").utf8))
            let proof = Data(hash).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            guard proof.replacing("=", with: "") == challenge else { throw APIError.invalidGrant }
        } else if ask.value("client_secret") == nil {
            throw APIError.invalidClient
        }
        return code.scope
    }

    private static func body(of pair: OAuthRegister.Pair) -> JSONBytes {
        var out = JSONBytes()
        out.raw("{\"access_token\":")
        out.string(pair.access)
        if let refresh = pair.refresh {
            out.raw(",\"refresh_token\":")
            out.string(refresh)
        }
        out.raw(",\"token_type\":\"bearer\",\"scope\":")
        out.string(pair.scope)
        if let life = pair.life {
            out.raw(",\"expires_in\":")
            out.integer(life)
        }
        if let life = pair.refreshLife {
            out.raw(",\"refresh_token_expires_in\":")
            out.integer(life)
        }
        out.raw("}")
        return out
    }
}
