import Foundation
import Testing

/// What is known of one list from outside: where it is, and how a client reads it.
struct ListCase: Sendable, CustomTestStringConvertible {
    enum Dialect: Sendable {
        case cursor
        case offset
        case single
        case openTime
        case articles
        case array
        case object
        case sinceID
        case bans
        case chat
        case chatMicroseconds
    }

    var name: String
    var path: String
    var envelope: String
    var dialect: Dialect
    /// The members that tell one record from the others.
    var key: [String]

    init(_ name: String, _ path: String, _ envelope: String, _ dialect: Dialect = .cursor, key: [String] = ["id"]) {
        self.name = name
        self.path = path
        self.envelope = envelope
        self.dialect = dialect
        self.key = key
    }

    var testDescription: String { name }

    /// A record's key as text.
    func key(_ record: [String: Any]) -> String { key.map { "\(record[$0] ?? "?")" }.joined(separator: "|") }

    static let support: [ListCase] = [
        ListCase("ticket_fields", "ticket_fields", "ticket_fields"),
        ListCase("ticket_forms", "ticket_forms", "ticket_forms", .single),
        ListCase("user_fields", "user_fields", "user_fields"),
        ListCase("organization_fields", "organization_fields", "organization_fields"),
        ListCase("group_memberships", "group_memberships", "group_memberships"),
        ListCase("organization_memberships", "organization_memberships", "organization_memberships"),
        ListCase("macros", "macros", "macros"),
        ListCase("views", "views", "views"),
        ListCase("triggers", "triggers", "triggers"),
        ListCase("trigger_categories", "trigger_categories", "trigger_categories"),
        ListCase("automations", "automations", "automations"),
        ListCase("sla_policies", "slas/policies", "sla_policies", .single),
        ListCase("group_sla_policies", "group_slas/policies", "group_sla_policies", .single),
        ListCase("tags", "tags", "tags", key: ["name"]),
        ListCase("brands", "brands", "brands"),
        ListCase("schedules", "business_hours/schedules", "schedules", .single),
        ListCase("custom_roles", "custom_roles", "custom_roles", .single),
        ListCase("custom_statuses", "custom_statuses", "custom_statuses", .single),
        ListCase("audit_logs", "audit_logs", "audit_logs"),
        ListCase("recipient_addresses", "recipient_addresses", "recipient_addresses"),
        ListCase("dynamic_content_items", "dynamic_content/items", "items"),
        ListCase("suspended_tickets", "suspended_tickets", "suspended_tickets"),
        ListCase("account_attributes", "routing/attributes", "attributes", .single),
        ListCase("sharing_agreements", "sharing_agreements", "sharing_agreements", .single),
        ListCase("locales", "locales", "locales", .single),
        ListCase("targets", "targets", "targets", .single),
        ListCase("workspaces", "workspaces", "workspaces", .offset),
        ListCase("jira_links", "services/jira/links", "links"),
        ListCase("talk_phone_numbers", "channels/voice/phone_numbers", "phone_numbers", .offset),
        ListCase("talk_calls", "channels/voice/stats/incremental/calls", "calls", .openTime),
        ListCase("talk_legs", "channels/voice/stats/incremental/legs", "legs", .openTime),
        ListCase("help_center_articles", "help_center/incremental/articles", "articles", .articles),
        ListCase("help_center_categories", "help_center/categories", "categories"),
        ListCase("help_center_sections", "help_center/sections", "sections"),
        ListCase("community_topics", "community/topics", "topics"),
        ListCase("community_posts", "community/posts", "posts"),
    ]

    static let chat: [ListCase] = [
        ListCase("chat/chats", "chat/incremental/chats", "chats", .chat),
        ListCase(
            "chat/agent_timeline",
            "chat/incremental/agent_timeline",
            "agent_timeline",
            .chatMicroseconds,
            key: ["agent_id", "start_time"]
        ),
        ListCase("chat/conversions", "chat/incremental/conversions", "conversions", .chat),
        ListCase("chat/department_events", "chat/incremental/department_events", "department_events", .chat),
        ListCase("chat/agents", "chat/agents", "", .sinceID),
        ListCase("chat/bans", "chat/bans", "", .bans),
        ListCase("chat/departments", "chat/departments", "", .array),
        ListCase("chat/goals", "chat/goals", "", .array),
        ListCase("chat/shortcuts", "chat/shortcuts", "", .array, key: ["name"]),
        ListCase("chat/triggers", "chat/triggers", "", .array),
        ListCase("chat/roles", "chat/roles", "", .array),
        ListCase("chat/skills", "chat/skills", "", .array),
    ]

    static let all = support + chat
}
