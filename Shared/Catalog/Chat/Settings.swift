import Model

extension Chat {
    package static let account = StreamDefinition(
        "account",
        source: .chat,
        origin: .request(whole("account", envelope: .object)),
        key: ["account_key"],
        replication: .full,
        replicationKey: nil,
        isDefault: true,
        columns: Columns(
            integer: "plan.goals plan.max_agents",
            number: "plan.price",
            boolean: """
                plan.agent_leaderboard plan.agent_reports plan.analytics plan.chat_reports plan.daily_reports \
                plan.email_reports plan.file_upload plan.high_load plan.integrations plan.ip_restriction \
                plan.monitoring plan.operating_hours plan.rest_api plan.sla plan.support plan.unbranding
                """,
            dateTime: "create_date",
            string: """
                account_key billing.additional_info billing.address1 billing.address2 billing.city \
                billing.company billing.country_code billing.email billing.first_name billing.last_name \
                billing.postal_code billing.state plan.long_desc plan.max_advanced_triggers \
                plan.max_basic_triggers plan.max_concurrent_chats plan.max_departments \
                plan.max_history_search_days plan.name plan.short_desc plan.widget_customization status
                """
        )
    )

    /// Banned visitors and banned addresses, one table.
    package static let bans = StreamDefinition(
        "bans",
        source: .chat,
        origin: .request(list("bans", envelope: .lists(["visitor", "ip_address"]))),
        replication: .full,
        replicationKey: nil,
        isDefault: true,
        columns: Columns(
            integer: "id",
            dateTime: "created_at",
            string: "ip_address reason type visitor_id visitor_name"
        )
    )

    package static let goals = StreamDefinition(
        "goals",
        source: .chat,
        origin: .request(whole("goals")),
        replication: .full,
        replicationKey: nil,
        isDefault: true,
        columns: Columns(
            integer: "attribution_period id",
            boolean: "enabled",
            string: """
                attribution_model description name settings.conditions[].operator settings.conditions[].type \
                settings.conditions[].value
                """
        )
    )

    package static let shortcuts = StreamDefinition(
        "shortcuts",
        source: .chat,
        origin: .request(whole("shortcuts")),
        key: ["name"],
        replication: .full,
        replicationKey: nil,
        isDefault: true,
        columns: Columns(
            integer: "agents[] departments[]",
            string: "id message name options scope tags[]"
        )
    )

    package static let triggers = StreamDefinition(
        "triggers",
        source: .chat,
        origin: .request(whole("triggers")),
        replication: .full,
        replicationKey: nil,
        isDefault: true,
        columns: Columns(
            integer: "definition.version id",
            boolean: "enabled",
            string: "definition.actions definition.condition definition.event description name"
        )
    )

    /// One record without a key: a complete read replaces it.
    package static let routingSettings = StreamDefinition(
        "routing_settings",
        source: .chat,
        origin: .request(whole("routing_settings/account", envelope: .member("data"))),
        key: [],
        replication: .full,
        replicationKey: nil,
        columns: Columns(
            integer: "chat_limit.limit reassignment.timeout skill_routing.max_wait_time",
            boolean: """
                auto_accept.enabled auto_idle.enabled chat_limit.allow_agent_override chat_limit.enabled \
                reassignment.enabled skill_routing.enabled
                """,
            string: "chat_limit.limit_type routing_mode"
        )
    )
}
