import Model

extension Support {
    package static let ticketFields = StreamDefinition(
        "ticket_fields",
        origin: .request(.list("ticket_fields")),
        replication: .kept,
        replicationKey: "updated_at",
        isDefault: true,
        columns: Columns(
            integer: "custom_field_options[].id id position sub_type_id",
            boolean: """
                active collapsed_for_agents custom_field_options[].default editable_in_portal removable required \
                required_in_portal visible_in_portal
                """,
            dateTime: "created_at updated_at",
            string: """
                agent_description custom_field_options[].name custom_field_options[].raw_name \
                custom_field_options[].value description raw_description raw_title raw_title_in_portal \
                regexp_for_validation system_field_options[].name system_field_options[].value tag title \
                title_in_portal type url
                """
        )
    )

    package static let ticketForms = StreamDefinition(
        "ticket_forms",
        origin: .request(.whole("ticket_forms")),
        replication: .kept,
        replicationKey: "updated_at",
        isDefault: true,
        gate: "Suite Growth or Support Enterprise, or the ticket forms add-on",
        columns: Columns(
            integer: "id position restricted_brand_ids[] ticket_field_ids[]",
            boolean: "active default end_user_visible in_all_brands",
            dateTime: "created_at updated_at",
            string: "display_name name raw_display_name raw_name url"
        )
    )

    package static let customStatuses = StreamDefinition(
        "custom_statuses",
        origin: .request(.whole("custom_statuses")),
        replication: .kept,
        replicationKey: "updated_at",
        columns: Columns(
            integer: "id",
            boolean: "active default",
            dateTime: "created_at updated_at",
            string: """
                agent_label description end_user_description end_user_label raw_agent_label raw_description \
                raw_end_user_description raw_end_user_label status_category url
                """
        )
    )

    /// The 20,000 tags that were used most in the last 60 days: Zendesk lists no others.
    package static let tags = StreamDefinition(
        "tags",
        origin: .request(.list("tags", bucket: .tags)),
        key: ["name"],
        replication: .full,
        replicationKey: nil,
        isDefault: true,
        interval: .seconds(86400),
        columns: Columns(integer: "count", string: "name")
    )
}
