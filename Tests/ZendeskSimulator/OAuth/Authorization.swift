import Foundation
import Model

/// `GET …/authorizations/new`: the page that asks an admin for consent, who has already given it.
enum Authorization {
    static func support(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        try answer(request, backend, .support)
    }

    static func chat(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        try answer(request, backend, .chat)
    }

    private static func answer(
        _ request: APIRequest,
        _ backend: Endpoint.Backend,
        _ product: OAuthProduct
    ) throws -> APIResponse {
        let settings = backend.desk.with { $0.tokens.oauth.settings }
        let clients = backend.desk.with { $0.tokens.clients(of: product) }
        // An unknown client or address is told on the page itself: a redirect there would be an open one.
        guard let clientID = request.value("client_id"), let client = clients.first(where: { $0.id == clientID }) else {
            return page("Invalid Authorization Request: No such client")
        }
        guard let redirect = request.value("redirect_uri"), isRegistered(redirect, settings) else {
            return page("Invalid Authorization Request: redirect_uri is not registered")
        }
        let state = request.value("state")
        if let problem = problem(request, client, product) {
            return send(to: redirect, ["error": "invalid_request", "error_description": problem, "state": state])
        }
        if case .refused(let error) = settings.consent {
            return send(to: redirect, ["error": error, "error_description": "The end-user denied", "state": state])
        }
        let code = OAuthRegister.Code(
            product: product,
            clientID: clientID,
            redirectURI: redirect,
            scope: request.value("scope") ?? "",
            challenge: request.value("code_challenge"),
            end: request.time + .seconds(settings.codeLife)
        )
        let text = backend.desk.with { $0.tokens.oauth.code(code) }
        return send(to: redirect, ["code": text, "state": state])
    }

    private static func problem(
        _ request: APIRequest,
        _ client: OAuthRegister.Client,
        _ product: OAuthProduct
    ) -> String? {
        if request.value("response_type") != "code" { return "response_type must be code" }
        if (request.value("scope") ?? "").isEmpty { return "scope is missing" }
        if let challenge = request.value("code_challenge") {
            if request.value("code_challenge_method") != "S256" { return "code_challenge_method must be S256" }
            if challenge.utf8.count != 43 { return "code_challenge is not a SHA-256 hash" }
        } else if client.secret == nil {
            return "a public client must send a code_challenge"
        }
        return nil
    }

    private static func isRegistered(_ redirect: String, _ settings: OAuthSettings) -> Bool {
        if let registered = settings.redirectURIs { return registered.contains(redirect) }
        return redirect.hasPrefix("http://127.0.0.1:") && redirect.hasSuffix("/callback")
    }

    private static func page(_ text: String) -> APIResponse {
        .html("<html><body>\(text)</body></html>", status: 400)
    }

    private static func send(to redirect: String, _ items: KeyValuePairs<String, String?>) -> APIResponse {
        let query = items.compactMap { name, value in value.map { "\(name)=\(encoded($0))" } }.joined(separator: "&")
        var response = APIResponse.html("", status: 302)
        response.headers.append(("Location", "\(redirect)?\(query)"))
        return response
    }

    private static func encoded(_ text: String) -> String {
        let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }
}
