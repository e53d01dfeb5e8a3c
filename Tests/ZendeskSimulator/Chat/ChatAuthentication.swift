import Model

extension TokenRegister {
    /// Whether Chat lets a request in: its own tokens alone are good there.
    /// - Throws: `APIError` where it does not.
    func authenticateForChat(_ authorization: String?, at now: Timestamp) throws {
        guard authorization == "Bearer simulator-chat-token" else { throw APIError.chatUnauthorized }
    }
}

extension APIError {
    static let chatUnauthorized = APIError(
        401,
        #"{"error":"Unauthorized","description":"The server could not verify that you are authorized to access "#
            + #"the requested resource"}"#
    )
}
