import Model

extension ListStream {
    /// Every table of Chat. A new one is one entry here, or in ``chatExports``.
    static let ofChat: [ListStream] =
        chatExports + [
            ListStream(name: "chat/account", path: "chat/account", dialect: .object, count: 1) { account(&$0) },
            ListStream(name: "chat/agents", path: "chat/agents", dialect: .sinceID, count: 8) { agent(&$0) },
            ListStream(
                name: "chat/bans",
                path: "chat/bans",
                dialect: .sinceIDOver(["visitor", "ip_address"]),
                count: 6
            ) { ban(&$0) },
            ListStream(name: "chat/departments", path: "chat/departments", dialect: .array, count: 3) { record in
                [
                    "id": .integer(record.id), "name": .string(record.title("Department")),
                    "description": record.phrase(), "enabled": .boolean(record.draw.chance(90)),
                    "members": .integers(record.references("chat/agents", atMost: 4)),
                    "settings": [
                        "chat_enabled": true, "solved_ticket_reassignment_strategy": "",
                        "support_group_id": record.reference(.groups),
                    ],
                ]
            },
            ListStream(name: "chat/goals", path: "chat/goals", dialect: .array, count: 2) { record in
                [
                    "id": .integer(record.id), "name": .string(record.title("Goal")), "description": record.phrase(),
                    "enabled": .boolean(record.draw.chance(80)), "attribution_model": "first_touch",
                    "attribution_period": .integer(Int64(1 + record.draw.below(30))),
                    "settings": [
                        "conditions": [
                            ["type": "url", "operator": "contains", "value": .string("/thanks?goal=\(record.index)")]
                        ]
                    ],
                ]
            },
            ListStream(
                name: "chat/shortcuts",
                path: "chat/shortcuts",
                dialect: .array,
                count: 4,
                key: .text { $0 == 0 ? "a/b \u{1F44B}" : "short-\($0)" }
            ) { record in
                [
                    "id": .string(record.key), "name": .string(record.key), "message": record.phrase(),
                    "options": "Yes/No", "scope": "all", "tags": .strings(["greeting"]),
                    "agents": .integers(record.references("chat/agents", atMost: 2)),
                    "departments": .integers(record.references("chat/departments", atMost: 2)),
                ]
            },
            ListStream(name: "chat/triggers", path: "chat/triggers", dialect: .array, count: 3) { trigger(&$0) },
            ListStream(name: "chat/roles", path: "chat/roles", dialect: .array, count: 3) { record in
                [
                    "id": .integer(record.id), "name": .string(record.title("Role")), "description": record.phrase(),
                    "enabled": true, "members": .integers(record.references("chat/agents", atMost: 3)),
                    "permissions": [
                        "visitors_seen": "invited", "proactive_chatting": "listen-join",
                        "edit_visitor_information": .boolean(record.draw.chance(50)), "manage_bans": "account",
                        "view_past_chats": "account",
                    ],
                ]
            },
            ListStream(name: "chat/skills", path: "chat/skills", dialect: .array, count: 3) { record in
                [
                    "id": .integer(record.id), "name": .string(record.title("Skill")), "description": record.phrase(),
                    "enabled": .boolean(record.draw.chance(80)),
                    "members": .integers(record.references("chat/agents", atMost: 3)),
                ]
            },
            ListStream(
                name: "chat/routing_settings",
                path: "chat/routing_settings/account",
                envelope: "data",
                dialect: .object,
                count: 1
            ) { record in
                [
                    "routing_mode": "assigned",
                    "chat_limit": [
                        "enabled": true, "limit": .integer(Int64(1 + record.draw.below(9))), "limit_type": "account",
                        "allow_agent_override": false,
                    ],
                    "skill_routing": ["enabled": .boolean(record.draw.chance(50)), "max_wait_time": 30],
                    "reassignment": ["enabled": true, "timeout": 30], "auto_idle": ["enabled": false],
                    "auto_accept": ["enabled": false],
                ]
            },
        ]

    private static func account(_ record: inout ListRecord) -> JSONTree {
        [
            "account_key": "svBRNv6HoJnSZRgpf6yMmBZaFMY6s2hP", "status": "active", "create_date": record.created,
            "billing": ["company": record.phrase(), "country_code": "DE", "city": "Berlin", "email": nil],
            "plan": [
                "name": "enterprise", "price": .text("70.0"), "max_agents": .integer(Int64(5 + record.draw.below(9))),
                "goals": 5, "long_desc": "Best for organizations", "short_desc": "Ideal for large teams",
                "widget_customization": "full", "sla": true, "monitoring": true, "rest_api": true,
                "email_reports": true, "daily_reports": true, "chat_reports": true, "agent_reports": true,
                "agent_leaderboard": true, "unbranding": true, "high_load": true, "ip_restriction": true,
                "support": true, "max_basic_triggers": "unlimited", "max_advanced_triggers": "unlimited",
                "max_departments": "unlimited", "max_concurrent_chats": "unlimited",
                "max_history_search_days": "unlimited", "operating_hours": true, "file_upload": true,
                "analytics": true, "integrations": true,
            ],
        ]
    }

    private static func agent(_ record: inout ListRecord) -> JSONTree {
        let departments = record.references("chat/departments", atMost: 3)
        return [
            "id": .integer(record.id), "email": .string("agent\(record.index)@example.com"),
            "display_name": .string(record.title("Agent")), "first_name": record.phrase(), "last_name": "",
            "enabled": .boolean(record.draw.chance(90)), "create_date": record.created, "last_login": nil,
            "login_count": .integer(Int64(record.draw.below(100))),
            "role_id": .optional(record.reference(to: "chat/roles")), "departments": .integers(departments),
            "enabled_departments": .integers(departments),
            "skills": .integers(record.references("chat/skills", atMost: 2)), "scope": "all",
            "roles": ["administrator": .boolean(record.index == 0), "owner": .boolean(record.index == 0)],
        ]
    }

    private static func ban(_ record: inout ListRecord) -> JSONTree {
        // The ids of both kinds are mixed: neither list of a page alone says how far it came.
        if record.fixed.chance(50) {
            return [
                "id": .integer(record.id), "type": "visitor", "reason": record.phrase(),
                "visitor_id": .string("\(record.index).visitor"), "visitor_name": .string(record.title("Visitor")),
                "created_at": record.created,
            ]
        }
        return [
            "id": .integer(record.id), "type": "ip_address", "reason": record.phrase(),
            "ip_address": .string("192.0.2.\(record.index % 250)"), "created_at": record.created,
        ]
    }

    private static func trigger(_ record: inout ListRecord) -> JSONTree {
        // What is declared text may be structured.
        let isStructured = record.fixed.chance(50)
        return [
            "id": .integer(record.id), "name": .string(record.title("Trigger")), "description": record.phrase(),
            "enabled": .boolean(record.draw.chance(80)), "editable": true,
            "definition": [
                "version": 1, "event": "chat_requested",
                "condition": isStructured ? ["and", ["eq", "@department_id", "-1"]] : "[]",
                "actions": isStructured ? [["sendMessageToVisitor", "Hello", record.phrase()]] : "[]",
            ],
        ]
    }
}
