/// A budget of some endpoints, beside the account's. The raw value is its name in the headers.
enum RateBucket: String, Sendable, CaseIterable {
    case incrementalExports = "incremental-exports"
    case incrementalUsers = "incremental-exports-cursor"
    case ticketAudits = "ticket-audits"
    case tags = "tags-index"
    case talkExports = "talk-incremental-exports"

    /// What a refusal says.
    var refusal: String {
        switch self {
        case .incrementalExports: "Number of allowed incremental ticket export API requests per minute exceeded"
        case .incrementalUsers: "Number of allowed incremental user export API requests per minute exceeded"
        case .ticketAudits, .tags, .talkExports: "Number of allowed API requests per minute exceeded"
        }
    }
}

/// A budget that a whole product has.
enum AccountBudget: String, Sendable, CaseIterable {
    /// Support and Talk.
    case support
    case helpCenter
    case chat

    init(path: String) {
        if path.hasPrefix("/api/v2/chat/") {
            self = .chat
        } else if path.hasPrefix("/api/v2/help_center/") || path.hasPrefix("/api/v2/community/") {
            self = .helpCenter
        } else {
            self = .support
        }
    }

    /// The name of its waits.
    var scope: String { "budget of " + rawValue }
}
