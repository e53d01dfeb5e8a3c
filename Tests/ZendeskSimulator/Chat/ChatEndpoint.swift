import Model

/// The endpoint of one of Chat's tables.
struct ChatEndpoint: Sendable {
    let stream: ListStream

    /// Every path of Chat. Its tokens and its budget of requests are its own.
    static let endpoints: [Endpoint] = ListStream.ofChat.map { stream in
        Endpoint(
            path: "/api/v2/" + stream.path,
            access: .account,
            answer: ChatEndpoint(stream: stream).answer
        )
    }

    func answer(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        let chat = backend.lists.chat
        guard chat.isInstalled else { throw APIError.chatNotFound }
        guard chat.isOwner else { throw APIError.chatNotAllowed }
        guard chat.hasAPI || stream.name == "chat/account" else { throw APIError.chatForbidden }
        var response = try await ListEndpoint(stream: stream).answer(request, backend)
        if !chat.hasAPI {
            let text = String(decoding: response.body, as: UTF8.self)
            response.body = Array(text.replacing("\"rest_api\":true", with: "\"rest_api\":false").utf8)
        }
        return response
    }
}
