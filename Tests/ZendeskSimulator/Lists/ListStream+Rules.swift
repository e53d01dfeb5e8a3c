extension ListStream {
    /// What the account does by itself.
    static let rules: [ListStream] = [
        ListStream(name: "macros", path: "macros", count: 8) { macro(&$0) },
        ListStream(name: "views", path: "views", count: 6) { view(&$0) },
        ListStream(name: "triggers", path: "triggers", count: 7, access: .admin) { record in
            rule(&record, "triggers").adding([
                "category_id": .string(record.reference(to: "trigger_categories").map(String.init) ?? "0"),
                "raw_title": "{{dc.trigger}}", "description": record.phrase(),
            ])
        },
        ListStream(name: "trigger_categories", path: "trigger_categories", count: 3, access: .admin) { record in
            [
                // Its ids are text, unlike all others.
                "id": .string(record.key), "name": .string(record.title("Category")),
                "position": .integer(Int64(record.index)), "created_at": record.created,
                "updated_at": record.updated,
            ]
        },
        ListStream(name: "automations", path: "automations", count: 4, access: .admin) { record in
            rule(&record, "automations").adding(["raw_title": "{{dc.automation}}"])
        },
        ListStream(
            name: "sla_policies",
            path: "slas/policies",
            dialect: .single,
            count: 4,
            gate: .plan(.growth),
            access: .admin
        ) { policy(&$0, "slas/policies", ["first_reply_time", "next_reply_time", "agent_work_time"]) },
        ListStream(
            name: "group_sla_policies",
            path: "group_slas/policies",
            dialect: .single,
            count: 2,
            gate: .plan(.enterprise),
            access: .admin
        ) { policy(&$0, "group_slas/policies", ["group_ownership_time"]) },
        ListStream(name: "workspaces", path: "workspaces", dialect: .offset, gate: .plan(.enterprise), access: .admin) {
            workspace(&$0)
        },
        ListStream(name: "targets", path: "targets", dialect: .single, count: 2, access: .admin) { record in
            [
                "url": record.url("targets"), "id": .integer(record.id), "title": .string(record.title("Target")),
                "type": "url_target_v2", "active": .boolean(record.draw.chance(80)), "method": "post",
                "target_url": "https://example.com/hook", "content_type": "application/json", "username": nil,
                "password": nil, "created_at": record.created,
            ]
        },
    ]

    private static func macro(_ record: inout ListRecord) -> JSONTree {
        let isPersonal = record.fixed.chance(40)
        let group = record.reference(.groups)
        let restriction: JSONTree = isPersonal ? ["type": "Group", "id": group, "ids": [group]] : nil
        return [
            "url": record.url("macros"), "id": .integer(record.id), "title": .string(record.title("Macro::")),
            "raw_title": .string(record.title("Macro::")), "active": .boolean(record.draw.chance(85)),
            "default": false, "position": .integer(Int64(record.index)), "description": record.phrase(),
            "actions": [
                ["field": "status", "value": "solved"],
                ["field": "comment_value", "value": ["channel:web", record.phrase()]],
                ["field": "comment_mode_is_public", "value": .boolean(record.draw.chance(50))],
            ],
            "restriction": restriction, "created_at": record.created, "updated_at": record.updated,
        ]
    }

    private static func view(_ record: inout ListRecord) -> JSONTree {
        [
            "url": record.url("views"), "id": .integer(record.id), "title": .string(record.title("View")),
            "raw_title": .string(record.title("View")), "active": .boolean(record.draw.chance(85)), "default": false,
            "position": .integer(Int64(record.index)), "description": record.phrase(),
            "execution": [
                "group_by": "status", "group_order": "asc", "sort_by": "updated", "sort_order": "desc",
                "columns": [["id": "status", "title": "Status"], ["id": "updated", "title": "Updated"]],
                "fields": [["id": "status", "title": "Status"]], "custom_fields": [],
            ],
            "conditions": conditions(&record), "restriction": nil, "raw_conditions": [],
            "created_at": record.created, "updated_at": record.updated,
        ]
    }

    /// What triggers and automations have in common.
    private static func rule(_ record: inout ListRecord, _ path: String) -> JSONTree {
        [
            "url": record.url(path), "id": .integer(record.id), "title": .string(record.title("When")),
            "active": .boolean(record.draw.chance(85)), "default": false,
            "position": .integer(Int64(record.index)), "conditions": conditions(&record),
            "actions": [
                ["field": "notification_user", "value": ["requester_id", "[{{ticket.id}}]", record.phrase()]],
                ["field": "priority", "value": "high"],
            ],
            "created_at": record.created, "updated_at": record.updated,
        ]
    }

    private static func conditions(_ record: inout ListRecord) -> JSONTree {
        [
            "all": [
                ["field": "status", "operator": "less_than", "value": "solved"],
                ["field": "group_id", "operator": "is", "value": .string("\(record.draw.below(1000))")],
            ],
            "any": [["field": "current_tags", "operator": "includes", "value": "vip refund"]],
        ]
    }

    private static func policy(_ record: inout ListRecord, _ path: String, _ metrics: [String]) -> JSONTree {
        [
            "url": record.url(path), "id": .integer(record.id), "title": .string(record.title("Policy")),
            "description": record.phrase(), "position": .integer(Int64(record.index + 1)),
            "filter": [
                "all": [["field": "type", "operator": "is", "value": "incident"]],
                // The value of a condition is declared text; what it may be besides is shown here.
                "any": [["field": "brand_id", "operator": "includes", "value": ["22", "33"]]],
            ],
            "policy_metrics": .array(
                metrics.map { metric in
                    [
                        "priority": "normal", "metric": .string(metric),
                        "target": .integer(Int64(record.draw.below(600))),
                        "target_in_seconds": .integer(Int64(record.draw.below(600)) * 60),
                        "business_hours": .boolean(record.draw.chance(50)),
                    ]
                }
            ),
            "created_at": record.created, "updated_at": record.updated,
        ]
    }

    private static func workspace(_ record: inout ListRecord) -> JSONTree {
        [
            "url": record.url("workspaces"), "id": .integer(record.id), "title": .string(record.title("Workspace")),
            "description": record.phrase(), "activated": .boolean(record.draw.chance(70)),
            "position": .integer(Int64(record.index)), "prefer_workspace_app_order": true,
            "macros": .integers(record.references("macros", atMost: 3)), "macro_ids": [],
            "ticket_form_id": .optional(record.reference(to: "ticket_forms")), "layout_uuid": nil,
            "conditions": conditions(&record), "apps": [], "selected_macros": [], "created_at": record.created,
            "updated_at": record.updated,
        ]
    }
}
