import Model

extension ListStream {
    /// What happens in the account, and what it is connected with.
    static let administration: [ListStream] = [
        ListStream(
            name: "tags",
            path: "tags",
            count: 15,
            bucket: .tags,
            key: .text(tagName)
        ) { record in
            ["name": .string(record.key), "count": .integer(Int64(record.draw.below(5000)))]
        },
        ListStream(
            name: "audit_logs",
            path: "audit_logs",
            count: 20,
            gate: .plan(.enterprise),
            access: .admin
        ) { auditLog(&$0) },
        ListStream(name: "recipient_addresses", path: "recipient_addresses", count: 3, access: .admin) { record in
            [
                "url": record.url("recipient_addresses"), "id": .integer(record.id),
                "name": .string(record.title("Mail")), "email": .string("support\(record.index)@example.com"),
                "brand_id": .optional(record.reference(to: "brands")), "default": .boolean(record.index == 0),
                "forwarding_status": "verified", "spf_status": "verified", "cname_status": "unknown",
                "domain_verification_code": nil, "created_at": record.created, "updated_at": record.updated,
            ]
        },
        ListStream(name: "suspended_tickets", path: "suspended_tickets", count: 3) { record in
            [
                "url": record.url("suspended_tickets"), "id": .integer(record.id),
                "author": ["id": nil, "name": .string(record.title("Sender")), "email": "spam@example.com"],
                "subject": record.phrase(), "content": record.phrase(), "cause": "Detected as spam",
                "cause_id": .integer(Int64(record.draw.below(30))), "message_id": "<1@example.com>",
                "ticket_id": nil, "recipient": "support@example.com", "brand_id": nil, "attachments": [],
                "via": ["channel": "email", "source": ["from": [:], "to": [:], "rel": nil]],
                "created_at": record.created, "updated_at": record.updated,
            ]
        },
        ListStream(
            name: "sharing_agreements",
            path: "sharing_agreements",
            dialect: .single,
            count: 2,
            access: .admin
        ) { record in
            [
                "url": record.url("sharing_agreements"), "id": .integer(record.id),
                "name": .string(record.title("Partner")), "type": "inbound", "status": "accepted",
                "partner_name": nil, "remote_subdomain": "partner", "created_at": record.created,
                "updated_at": record.updated,
            ]
        },
        ListStream(
            name: "jira_links",
            path: "services/jira/links",
            envelope: "links",
            count: 4,
            gate: .jira
        ) { record in
            [
                "id": .integer(record.id), "ticket_id": record.reference(.tickets),
                "issue_id": .string("\(10_000 + record.index)"), "issue_key": .string("DESK-\(record.index)"),
                "created_at": record.created, "updated_at": record.updated,
            ]
        },
    ]

    private static func auditLog(_ record: inout ListRecord) -> JSONTree {
        [
            "url": record.url("audit_logs"), "id": .integer(record.id), "actor_id": record.reference(.users),
            "actor_name": .string(record.title("Admin")), "source_id": record.reference(.groups),
            "source_type": "group", "source_label": .string(record.title("Group")), "action": "update",
            "action_label": "Updated", "change_description": record.phrase(), "ip_address": "192.0.2.17",
            "created_at": record.created,
        ]
    }

    /// Names that a path, a topic's key or a file's name would choke on.
    private static func tagName(_ index: Int) -> String {
        let names = [
            "a/b", "\u{6CE8}\u{6587}", "\u{1F525}_hot", "B\u{FC}ro", "b\u{FC}ro", "100%", "x,y", "q4-2026",
            "c:\\temp", "\"quoted\"", "..", "+49", "a b", "\u{645}\u{631}\u{62D}\u{628}\u{627}", "#1",
        ]
        return index < names.count ? names[index] : "tag/\(index)_\(names[index % names.count])"
    }
}
