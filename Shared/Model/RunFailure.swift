/// What ended a whole run before its streams had caught up.
package struct RunFailure: Hashable, Sendable, Codable {
    package var kind: Kind
    /// In words for people.
    package var message: String
    /// What to do about it.
    package var hint: String?

    package enum Kind: String, Hashable, Sendable, Codable {
        /// Zendesk does not accept the login, or there is none.
        case authentication
        /// A permission or a plan is missing.
        case permission
        case rateLimited = "rate_limited"
        case sourceUnavailable = "source_unavailable"
        case transport
        case configuration
        /// A newer run of the connection took its place.
        case takenOver = "taken_over"
        case unexpected
    }

    package init(kind: Kind, message: String, hint: String?) {
        self.kind = kind
        self.message = message
        self.hint = hint
    }
}
