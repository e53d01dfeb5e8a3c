/// The refusals that Zendesk is known to give, with their bodies.
struct APIError: Error {
    var response: APIResponse

    init(_ status: Int, _ body: String, violation: RequestAccount.Violation? = nil) {
        response = .json(body, status: status)
        response.violation = violation
    }

    static let notAuthenticated = APIError(401, #"{"error":"Couldn't authenticate you"}"#)

    static let invalidToken = APIError(
        401,
        #"{"error":"invalid_token","error_description":"The access token provided is expired, revoked, malformed "#
            + #"or invalid for other reasons."}"#
    )

    static let invalidClient = APIError(
        401,
        #"{"error":"invalid_client","error_description":"Client authentication failed due to unknown client, no "#
            + #"client authentication included, or unsupported authentication method."}"#
    )

    static let missingScope = APIError(
        403,
        #"{"error":"forbidden","description":"Missing the following required scopes: read"}"#
    )

    static let forbidden = APIError(
        403,
        #"{"error":{"title":"Forbidden","message":"You do not have access to this page. Please contact the account "#
            + #"owner of this help desk for further help."}}"#
    )

    static let notFound = APIError(404, #"{"error":"RecordNotFound","description":"Not found"}"#)

    static let invalidEndpoint = APIError(404, #"{"error":"InvalidEndpoint","description":"Not found"}"#)

    static let startTimeTooRecent = APIError(
        400,
        #"{"error":"StartTimeTooRecent","description":"Too recent start_time. Use a start_time older than 60 seconds"}"#
    )

    static let invalidCursor = APIError(
        400,
        #"{"error":"InvalidPaginationParameter","description":"cursor is not valid"}"#
    )

    static let tooDeep = APIError(
        400,
        #"{"errors":[{"code":"InvalidPaginationDepth","title":"Pagination requests using Offset Pagination are "#
            + #"limited to page 100 or up to 10000 records (page * per_page)","detail":"Use cursor pagination"}]}"#,
        violation: .depth
    )

    /// The answer of an endpoint that is closed to the account with this status.
    static func closed(_ status: Int) -> APIError {
        switch status {
        case 403: forbidden
        case 404: invalidEndpoint
        default: APIError(status, #"{"error":"Closed","description":"Closed by the simulator's configuration"}"#)
        }
    }

    static func tooLarge(_ name: String, most: Int) -> APIError {
        APIError(
            400,
            #"{"error":"InvalidPaginationParameter","description":"\#(name) cannot be greater than \#(most)"}"#,
            violation: .pageSize
        )
    }

    static func notPositive(_ name: String) -> APIError {
        APIError(400, #"{"error":"InvalidPaginationParameter","description":"\#(name) must be a positive number"}"#)
    }

    static func invalidRequest(_ description: String) -> APIError {
        APIError(400, #"{"error":"invalid_request","error_description":"\#(description)"}"#)
    }

    static func invalidStartTime(_ description: String) -> APIError {
        APIError(
            422,
            #"{"error":"RecordInvalid","description":"Record validation errors","details":{"start_time":"#
                + #"[{"description":"start_time: \#(description)","error":"InvalidValue"}]}}"#
        )
    }
}
