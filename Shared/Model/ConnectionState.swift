/// A connection's own state, under the key `tenant/connection/@state` of the bookmarks topic.
package struct ConnectionState: Hashable, Sendable, Codable {
    package var version = 1
    package var pausedSince: Timestamp?
    package var lastScheduledStart: Timestamp?
    /// In ``lastCommandTopic``; everything up to it has been obeyed.
    package var lastCommandOffset: Int64?
    /// The topic that ``lastCommandOffset`` counts in: a state that was moved to another namespace says nothing of the
    /// commands there.
    package var lastCommandTopic: String?
    /// The commands that were obeyed last, the newest at the end; at most ``mostCommands``.
    package var commands: [ObeyedCommand]?
    /// The id of a command that asked for a run which has not come to its end yet; whoever has the connection sees to it.
    package var askedRun: String?
    /// The id of a `check` that was asked for and is not answered yet; whoever has the connection sees to it.
    package var askedCheck: String?
    /// What came of the newest check that was answered.
    package var check: CheckReport?
    /// Until when Zendesk has forbidden requests, by the budget that was spent, for whoever has the connection then; not
    /// later than an hour after it was told.
    package var rateLimits: [String: Timestamp]?
    /// When a run began that has not come to its end: whoever has the connection goes on with it at once.
    package var unfinishedSince: Timestamp?
    /// How long the parts of that run took which were handed over.
    package var unfinishedSeconds: Double?
    /// When the next run begins, as it was known at the end of the last one, or at the last change of the schedule or of
    /// a pause. Nil where none is to come by itself.
    package var nextRun: Timestamp?
    /// When the login ends unless a person renews it; nil where it has no end, or none that is known.
    package var loginEndsAt: Timestamp?
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

    /// One of the commands that were obeyed last.
    package struct ObeyedCommand: Hashable, Sendable, Codable {
        package var id: String
        package var type: Command.Kind
        package var stream: StreamName?
        package var issuedAt: Timestamp
        /// Why nothing came of it, in words for people; nil where it was obeyed.
        package var refusal: String?

        package init(_ command: Command) {
            id = command.id
            type = command.type
            stream = command.stream
            issuedAt = command.issuedAt
        }

        enum CodingKeys: String, CodingKey {
            case id, type, stream, refusal
            case issuedAt = "issued_at"
        }
    }

    /// How many commands a state remembers.
    package static let mostCommands = 20

    package init() {}

    /// The offset up to which a topic's commands have been obeyed; nil: none of them.
    package func lastCommandOffset(in topic: String) -> Int64? {
        lastCommandTopic == topic ? lastCommandOffset : nil
    }

    enum CodingKeys: String, CodingKey {
        case version, parked, commands, check
        case pausedSince = "paused_since"
        case lastScheduledStart = "last_scheduled_start"
        case lastCommandOffset = "last_command_offset"
        case lastCommandTopic = "last_command_topic"
        case askedRun = "asked_run"
        case askedCheck = "asked_check"
        case rateLimits = "rate_limits"
        case unfinishedSince = "unfinished_since"
        case unfinishedSeconds = "unfinished_seconds"
        case nextRun = "next_run"
        case loginEndsAt = "login_ends_at"
    }
}
