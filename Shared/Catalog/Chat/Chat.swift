/// Zendesk Chat's streams.
package enum Chat {
    package static let streams = [
        account, agents, bans, chats, departments, goals, shortcuts, triggers, conversions, agentTimeline,
        departmentEvents, roles, skills, routingSettings,
    ]

    static let enterprise = "Chat Enterprise"

    /// What changed since a time, in pages of 1,000, each record with all its fields.
    static func export(_ name: String, dialect: PaginationDialect = .chatIncremental) -> Request {
        Request(
            path: "chat/incremental/\(name)",
            dialect: dialect,
            envelope: .list(name),
            pageSize: 1000,
            parameters: ["fields": "\(name)(*)"],
            bucket: .chat
        )
    }

    /// A list in pages of 100, each from an id on.
    static func list(_ name: String, envelope: Envelope = .array) -> Request {
        Request(path: "chat/\(name)", dialect: .chatSinceID, envelope: envelope, pageSize: 100, bucket: .chat)
    }

    /// What comes in one answer.
    static func whole(_ path: String, envelope: Envelope = .array) -> Request {
        Request(path: "chat/\(path)", dialect: .singlePage, envelope: envelope, pageSize: 100, bucket: .chat)
    }
}
