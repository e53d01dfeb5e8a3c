extension ListStream {
    /// Who belongs to what, and what people may do.
    static let people: [ListStream] = [
        ListStream(name: "group_memberships", path: "group_memberships", count: 12) { record in
            let hasDates = !record.fixed.chance(20)
            return [
                "url": record.url("group_memberships"), "id": .integer(record.id),
                "user_id": record.reference(.users), "group_id": record.reference(.groups),
                "default": .boolean(record.draw.chance(50)), "created_at": hasDates ? record.created : nil,
                "updated_at": hasDates ? record.updated : nil,
            ]
        },
        ListStream(name: "organization_memberships", path: "organization_memberships", count: 12) { record in
            [
                "url": record.url("organization_memberships"), "id": .integer(record.id),
                "user_id": record.reference(.users), "organization_id": record.reference(.organizations),
                "default": .boolean(record.draw.chance(50)), "organization_name": .string(record.title("Org")),
                "view_tickets": true, "created_at": record.created, "updated_at": record.updated,
            ]
        },
        ListStream(
            name: "custom_roles",
            path: "custom_roles",
            dialect: .single,
            count: 3,
            gate: .plan(.enterprise),
            access: .admin
        ) { record in
            [
                "id": .integer(record.id), "name": .string(record.title("Role")), "description": record.phrase(),
                "role_type": 0, "team_member_count": .integer(Int64(record.draw.below(40))),
                "configuration": [
                    "chat_access": true, "ticket_access": "within-groups", "end_user_profile_access": "readonly",
                    "manage_business_rules": .boolean(record.draw.chance(30)), "assign_tickets_to_any_group": false,
                    "ticket_comment_access": "public", "custom_objects": [:],
                ],
                "created_at": record.created, "updated_at": record.updated,
            ]
        },
        ListStream(
            name: "account_attributes",
            path: "routing/attributes",
            envelope: "attributes",
            dialect: .single,
            count: 3,
            gate: .plan(.professional),
            access: .admin,
            key: .text { uuid("account_attributes", $0) }
        ) { record in
            [
                "url": record.url("routing/attributes"), "id": .string(record.key),
                "name": .string(record.title("Language")), "created_at": record.created,
                "updated_at": record.updated,
            ]
        },
    ]

    /// A version 4 UUID of this stream and index, the same in all worlds.
    static func uuid(_ stream: String, _ index: Int) -> String {
        var draw = Draw(salt: ListNumbering.hash(stream), index: index, version: 0)
        let digits = (0..<32).map { position in
            switch position {
            case 12: "4"
            case 16: "a"
            default: String(draw.below(16), radix: 16)
            }
        }
        let ends = [8, 12, 16, 20, 32]
        var start = 0
        return ends.map { end in
            defer { start = end }
            return digits[start..<end].joined()
        }
        .joined(separator: "-")
    }
}
