/// Whose credentials a request carries. Without any, Zendesk answers too: with a user that has no id.
enum CurrentUser {
    static func answer(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        guard backend.isAuthenticated else {
            return .json(
                #"{"user":{"id":null,"name":"Anonymous user","email":"invalid@example.com","role":"end-user"}}"#
            )
        }
        guard backend.desk.with({ $0.tokens.credentials.isAdmin }) else {
            return .json(#"{"user":{"id":2,"name":"Agent","email":"agent@example.com","role":"agent"}}"#)
        }
        var out = JSONBytes()
        out.raw("{\"user\":")
        out.append(await backend.world.owner())
        out.raw("}")
        return .json(out)
    }
}
