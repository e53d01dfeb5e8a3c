import Model

extension Support {
    package static let workspaces = StreamDefinition(
        "workspaces",
        origin: .request(.numberedList("workspaces")),
        replication: .kept,
        replicationKey: "updated_at",
        gate: "Suite Enterprise or Support Enterprise",
        columns: Columns(
            integer: "id macro_ids[] macros[] position selected_macros[].id ticket_form_id",
            boolean: "activated prefer_workspace_app_order",
            dateTime: "created_at updated_at",
            string: """
                conditions.all[].field conditions.all[].operator conditions.any[].field conditions.any[].operator \
                description layout_uuid title url
                """,
            untyped: "conditions.all[].value conditions.any[].value"
        )
    )

    /// The kinds of skill that tickets are routed by.
    package static let accountAttributes = StreamDefinition(
        "account_attributes",
        origin: .request(.whole("attributes", at: "routing/attributes.json")),
        replication: .kept,
        replicationKey: "updated_at",
        gate: "skills-based routing (Suite Professional or Support Enterprise)",
        columns: Columns(dateTime: "created_at updated_at", string: "id name url")
    )

    package static let dynamicContentItems = StreamDefinition(
        "dynamic_content_items",
        origin: .request(.list("items", at: "dynamic_content/items.json")),
        replication: .kept,
        replicationKey: "updated_at",
        gate: "Suite Growth or Support Professional",
        columns: Columns(
            integer: "default_locale_id id variants[].id variants[].locale_id",
            boolean: "outdated variants[].active variants[].default variants[].outdated",
            dateTime: "created_at updated_at variants[].created_at variants[].updated_at",
            string: "name placeholder url variants[].content variants[].url"
        )
    )

    package static let locales = StreamDefinition(
        "locales",
        origin: .request(.whole("locales")),
        replication: .kept,
        replicationKey: "updated_at",
        columns: Columns(
            integer: "id",
            boolean: "default rtl",
            dateTime: "created_at updated_at",
            string: "locale name native_name presentation_name url"
        )
    )
}
