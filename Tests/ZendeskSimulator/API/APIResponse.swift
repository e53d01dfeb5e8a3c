/// An answer of the simulated API, before a fault or compression touches it.
struct APIResponse: Sendable {
    var status: Int
    var contentType: String
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]
    /// The limit that the request did not keep to.
    var violation: RequestAccount.Violation?

    static func json(_ body: JSONBytes, status: Int = 200) -> APIResponse {
        APIResponse(status: status, contentType: "application/json; charset=utf-8", body: body.bytes)
    }

    static func json(_ body: String, status: Int = 200) -> APIResponse {
        APIResponse(status: status, contentType: "application/json; charset=utf-8", body: Array(body.utf8))
    }

    static func text(_ body: String, status: Int) -> APIResponse {
        APIResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array(body.utf8))
    }

    static func html(_ body: String, status: Int) -> APIResponse {
        APIResponse(status: status, contentType: "text/html; charset=utf-8", body: Array(body.utf8))
    }
}
