extension ListStream {
    /// How the account presents itself, and when it is open.
    static let business: [ListStream] = [
        ListStream(name: "brands", path: "brands", count: 3) { record in
            let name = record.title("Brand")
            return [
                "url": record.url("brands"), "id": .integer(record.id), "name": .string(name),
                "brand_url": .string("https://brand\(record.index).zendesk.com"),
                "subdomain": .string("brand\(record.index)"), "host_mapping": nil, "has_help_center": true,
                "help_center_state": "enabled", "active": .boolean(record.draw.chance(90)),
                "default": .boolean(record.index == 0), "is_deleted": false, "logo": nil,
                "ticket_form_ids": .integers(record.references("ticket_forms", atMost: 3)),
                "signature_template": "{{agent.signature}}", "created_at": record.created,
                "updated_at": record.updated,
            ]
        },
        ListStream(
            name: "schedules",
            path: "business_hours/schedules",
            dialect: .single,
            count: 2,
            gate: .plan(.professional),
            access: .admin
        ) { record in
            [
                "id": .integer(record.id), "name": .string(record.title("Hours")), "time_zone": "Berlin",
                "intervals": .array(
                    (1..<6).map { day in
                        [
                            "start_time": .integer(Int64(day) * 1440 + 540),
                            "end_time": .integer(Int64(day) * 1440 + 1020 + Int64(record.draw.below(60))),
                        ]
                    }
                ),
                "created_at": record.created, "updated_at": record.updated,
            ]
        },
        ListStream(
            name: Holidays.stream,
            path: "business_hours/schedules/{id}/holidays",
            envelope: "holidays",
            dialect: .single,
            count: 6,
            gate: .plan(.professional),
            access: .admin
        ) { record in
            [
                "id": .integer(record.id), "name": .string(record.title("Day")),
                "start_date": "2026-12-24", "end_date": .string("2026-12-\(25 + record.draw.below(6))"),
            ]
        },
        ListStream(name: "custom_statuses", path: "custom_statuses", dialect: .single, count: 6) { record in
            let label = record.title("Waiting")
            let categories = ["new", "open", "pending", "hold", "solved"]
            return [
                "url": record.url("custom_statuses"), "id": .integer(record.id),
                "status_category": .string(categories[record.index % categories.count]),
                "agent_label": .string(label), "raw_agent_label": .string(label), "end_user_label": .string(label),
                "raw_end_user_label": .string(label), "description": record.phrase(),
                "raw_description": "{{dc.status}}", "end_user_description": nil, "raw_end_user_description": nil,
                "active": .boolean(record.draw.chance(90)), "default": .boolean(record.index < categories.count),
                "created_at": record.created, "updated_at": record.updated,
            ]
        },
        ListStream(
            name: "dynamic_content_items",
            path: "dynamic_content/items",
            envelope: "items",
            count: 4,
            gate: .plan(.professional),
            access: .admin
        ) { record in
            [
                "url": record.url("dynamic_content/items"), "id": .integer(record.id),
                "name": .string(record.title("Snippet")), "placeholder": .string("{{dc.snippet_\(record.index)}}"),
                "default_locale_id": 1, "outdated": .boolean(record.draw.chance(10)),
                "variants": [
                    [
                        "id": .integer(record.id + 1), "content": record.phrase(), "locale_id": 1, "active": true,
                        "default": true, "outdated": false, "created_at": record.created,
                        "updated_at": record.updated,
                    ]
                ],
                "created_at": record.created, "updated_at": record.updated,
            ]
        },
        ListStream(name: "locales", path: "locales", dialect: .single, count: 4) { record in
            let codes = ["en-US", "de", "fr", "ja", "pt-BR"]
            return [
                "url": record.url("locales"), "id": .integer(record.id),
                "locale": .string(codes[record.index % codes.count]), "name": .string(record.title("Locale")),
                "native_name": record.phrase(), "presentation_name": .string(record.title("Locale")), "rtl": false,
                "default": .boolean(record.index == 0), "created_at": record.created,
                "updated_at": record.updated,
            ]
        },
    ]
}

/// The holidays of a schedule: every one belongs to one of the schedules of the start.
struct Holidays {
    static let stream = "schedule_holidays"

    let stream: ListStream

    /// The index of the schedule that a holiday belongs to; -1 where there never was one.
    static func schedule(of holiday: Int, _ table: ListTable) -> Int {
        let count = table.sizes["schedules"] ?? 0
        return count > 0 ? holiday % count : -1
    }

    func answer(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        try backend.lists.admit(stream)
        guard let id = request.captured("id"), let schedules = backend.lists.table("schedules"),
            let table = backend.lists.table(stream.name),
            let owner = schedules.live.first(where: { schedules.key($0) == id })
        else { throw APIError.notFound }
        var out = JSONBytes()
        out.raw("{\"holidays\":[")
        table.append(table.listed.filter { Self.schedule(of: $0, table) == owner }, to: &out)
        out.raw("]}")
        return .json(out)
    }
}
