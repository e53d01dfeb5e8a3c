/// A connection's own state, under the key `tenant/connection/@state` of the bookmarks topic.
package struct ConnectionState: Hashable, Sendable, Codable {
    package var version = 1
    package var pausedSince: Timestamp?
    package var lastScheduledStart: Timestamp?
    package var lastCommandOffset: Int64?
    package var rateLimitedUntil: Timestamp?
    /// Streams that Zendesk refuses to this account or user.
    package var parked: [StreamName: Parking]?

    /// Why a stream is not read, and since when.
    package struct Parking: Hashable, Sendable, Codable {
        /// In words for people.
        package var reason: String
        package var hint: String?
        package var since: Timestamp
        /// When it was tried last: it is tried again weekly, and when a person asks for a run or changes the connection.
        package var triedAt: Timestamp
        /// Tells the definition with which it was refused.
        package var definition: String

        package init(reason: String, hint: String?, since: Timestamp, triedAt: Timestamp, definition: String) {
            self.reason = reason
            self.hint = hint
            self.since = since
            self.triedAt = triedAt
            self.definition = definition
        }

        enum CodingKeys: String, CodingKey {
            case reason, hint, since, definition
            case triedAt = "tried_at"
        }
    }

    package init() {}

    enum CodingKeys: String, CodingKey {
        case version, parked
        case pausedSince = "paused_since"
        case lastScheduledStart = "last_scheduled_start"
        case lastCommandOffset = "last_command_offset"
        case rateLimitedUntil = "rate_limited_until"
    }
}
