import Model

extension Support {
    package static let macros = StreamDefinition(
        "macros",
        origin: .request(.list("macros")),
        replication: .kept,
        replicationKey: "updated_at",
        isDefault: true,
        columns: Columns(
            integer: "id position restriction.id restriction.ids[]",
            boolean: "active",
            dateTime: "created_at updated_at",
            string: "actions[].field actions[].value description restriction.type title url"
        )
    )

    package static let views = StreamDefinition(
        "views",
        origin: .request(.list("views")),
        replication: .kept,
        replicationKey: "updated_at",
        columns: Columns(
            integer: "id position restriction.id restriction.ids[]",
            boolean: "active default watchable",
            dateTime: "created_at updated_at",
            string: """
                conditions.all[].field conditions.all[].operator conditions.any[].field conditions.any[].operator \
                description execution.columns[].id execution.columns[].title execution.group_by \
                execution.group_order execution.sort_by execution.sort_order raw_title restriction.type title url
                """,
            untyped: "conditions.all[].value conditions.any[].value"
        )
    )

    package static let triggers = StreamDefinition(
        "triggers",
        origin: .request(.list("triggers")),
        replication: .kept,
        replicationKey: "updated_at",
        columns: Columns(
            integer: "category_id id position",
            boolean: "active default",
            dateTime: "created_at updated_at",
            string: """
                actions[].field conditions.all[].field conditions.all[].operator conditions.any[].field \
                conditions.any[].operator description raw_title title url
                """,
            untyped: "actions[].value conditions.all[].value conditions.any[].value"
        )
    )

    package static let triggerCategories = StreamDefinition(
        "trigger_categories",
        origin: .request(.list("trigger_categories")),
        replication: .kept,
        replicationKey: "updated_at",
        columns: Columns(integer: "id position", dateTime: "created_at updated_at", string: "name")
    )

    package static let automations = StreamDefinition(
        "automations",
        origin: .request(.list("automations")),
        replication: .kept,
        replicationKey: "updated_at",
        columns: Columns(
            integer: "id position",
            boolean: "active default",
            dateTime: "created_at updated_at",
            string: """
                actions[].field conditions.all[].field conditions.all[].operator conditions.any[].field \
                conditions.any[].operator raw_title title url
                """,
            untyped: "actions[].value conditions.all[].value conditions.any[].value"
        )
    )
}
