import ConsoleWeb
import Foundation
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing

/// A browser, as far as a test needs one: it keeps its cookie, and sends the forms that it got.
final class Guest: Sendable {
    struct Answer: Sendable {
        let status: Int
        let text: String
        let headers: HTTPFields

        /// What is between the tags of the page's main part, without them.
        var words: String {
            let main = text.split(separator: "<main", maxSplits: 1).last.map(String.init) ?? text
            return main.replacing(#/<[^>]*>/#, with: " ").replacing(#/\s+/#, with: " ")
        }
    }

    private static let origin = "http://localhost"

    private let client: any TestClientProtocol
    private let jar: Mutex<String?>

    init(_ client: any TestClientProtocol) {
        self.client = client
        jar = Mutex(nil)
    }

    /// Another one at the same console.
    init(_ other: Guest, cookie: String? = nil) {
        client = other.client
        jar = Mutex(cookie)
    }

    var cookie: String? { jar.withLock { $0 } }

    func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.get, path, headers, body: nil)
    }

    /// Sends a form with the token of this session.
    func post(_ path: String, _ fields: [(String, String)] = []) async throws -> Answer {
        let token = try await formToken()
        return try await post(path, fields + [("form_token", token)], origin: Self.origin)
    }

    /// Sends a form as it is.
    func post(_ path: String, _ fields: [(String, String)], origin: String?) async throws -> Answer {
        var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        headers[.origin] = origin
        let body = fields.map { "\(Self.encoded($0))=\(Self.encoded($1))" }.joined(separator: "&")
        return try await send(.post, path, headers, body: ByteBuffer(string: body))
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ headers: HTTPFields,
        body: ByteBuffer?
    ) async throws -> Answer {
        var headers = headers
        if let cookie { headers[.cookie] = cookie }
        let response = try await client.executeRequest(uri: path, method: method, headers: headers, body: body)
        if let set = response.headers[.setCookie] {
            jar.withLock { $0 = set.split(separator: ";").first.map(String.init) }
        }
        return Answer(
            status: response.status.code,
            text: String(buffer: response.body),
            headers: response.headers
        )
    }

    /// The token that forms of this session have.
    func formToken() async throws -> String {
        let page = try await get("/setup/zendesk-support").text
        let match = try #require(page.firstMatch(of: #/name="form_token" value="([^"]+)"/#))
        return String(match.output.1)
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

extension ConsoleServer {
    /// Lets a guest in.
    func visited(_ visit: @Sendable (Guest) async throws -> Void) async throws {
        try await application().test(.router) { client in try await visit(Guest(client)) }
    }
}
