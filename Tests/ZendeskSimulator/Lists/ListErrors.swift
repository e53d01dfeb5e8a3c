extension APIError {
    /// An account that never had Chat, or no longer has it.
    static let chatNotFound = APIError(
        404,
        #"{"error":"Not Found","description":"The requested resource could not be found"}"#
    )

    /// A plan without Chat's API.
    static let chatForbidden = APIError(
        403,
        #"{"error":"Forbidden","description":"Your plan does not include access to the REST API"}"#
    )

    /// An agent who is neither owner nor administrator.
    static let chatNotAllowed = APIError(
        403,
        #"{"error":"Forbidden","description":"You do not have access to the requested resource"}"#
    )

    static func chatInvalid(_ description: String) -> APIError {
        APIError(400, #"{"error":"Bad Request","description":"\#(description)"}"#)
    }

    /// What the account's plan does not have.
    static let restricted = APIError(
        403,
        #"{"error":{"title":"Forbidden","message":"Access to this resource is restricted. Please contact the "#
            + #"account administrator for assistance."}}"#
    )
}
