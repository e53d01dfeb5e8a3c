extension StitchTable {
    /// Chat's 8 tables.
    static let chat = [
        StitchTable(
            "account",
            integer: "plan__goals plan__max_agents",
            decimal: "plan__price",
            boolean: """
                plan__agent_leaderboard plan__agent_reports plan__analytics plan__chat_reports plan__daily_reports \
                plan__email_reports plan__file_upload plan__high_load plan__integrations plan__ip_restriction \
                plan__monitoring plan__operating_hours plan__rest_api plan__sla plan__support plan__unbranding
                """,
            timestamp: "create_date",
            text: """
                account_key billing__additional_info billing__address1 billing__address2 billing__city \
                billing__company billing__country_code billing__email billing__first_name billing__last_name \
                billing__postal_code billing__state plan__long_desc plan__max_advanced_triggers \
                plan__max_basic_triggers plan__max_concurrent_chats plan__max_departments \
                plan__max_history_search_days plan__name plan__short_desc plan__widget_customization status
                """
        ),
        StitchTable(
            "agents",
            integer: "id login_count role_id",
            boolean: "enabled roles__administrator roles__owner",
            timestamp: "create_date last_login",
            text: "display_name email first_name last_name scope"
        ),
        StitchTable("agents__departments", integer: "value"),
        StitchTable("agents__enabled_departments", integer: "value"),
        StitchTable("agents__skills", integer: "value"),
        StitchTable(
            "bans",
            integer: "id",
            timestamp: "created_at",
            text: "ip_address reason type visitor_id visitor_name"
        ),
        StitchTable(
            "chats",
            integer: """
                count__agent count__total count__visitor department_id duration response_time__first \
                response_time__max zendesk_ticket_id
                """,
            decimal: "response_time__avg",
            boolean: "missed triggered triggered_response unread",
            timestamp: "end_timestamp timestamp",
            text: """
                comment department_name id message rating referrer_search_engine referrer_search_terms started_by \
                type visitor__email visitor__name visitor__notes visitor__phone visitor__id
                """
        ),
        StitchTable("chats__agent_ids", text: "value"),
        StitchTable("chats__agent_names", text: "value"),
        StitchTable("chats__tags", text: "value"),
        StitchTable(
            "chats__conversions",
            integer: "attribution__agent_id attribution__department_id goal_id",
            timestamp: "attribution__chat_timestamp timestamp",
            text: "attribution__agent_name attribution__department_name goal_name id"
        ),
        StitchTable(
            "chats__history",
            integer: """
                conversion__attribution__agent_id conversion__attribution__department_id conversion__goal_id \
                department_id prev_department_id
                """,
            timestamp: "conversion__attribution__chat_timestamp conversion__timestamp timestamp",
            text: """
                channel conversion__attribution__agent_name conversion__attribution__department_name \
                conversion__goal_name department_name msg name new_rating nick options rating type conversion__id \
                msg_id
                """
        ),
        StitchTable("chats__history__new_tags", text: "value"),
        StitchTable("chats__history__skills_name", text: "value"),
        StitchTable("chats__history__tags", text: "value"),
        StitchTable("chats__webpath", timestamp: "timestamp", text: "from title to"),
        StitchTable("departments", integer: "id", boolean: "enabled", text: "description name"),
        StitchTable("departments__members", integer: "value"),
        StitchTable(
            "goals",
            integer: "attribution_period id",
            boolean: "enabled",
            text: "attribution_model description name"
        ),
        StitchTable("goals__settings__conditions", text: "operator type value"),
        StitchTable("shortcuts", text: "id message options scope name"),
        StitchTable("shortcuts__agents", integer: "value"),
        StitchTable("shortcuts__departments", integer: "value"),
        StitchTable("shortcuts__tags", text: "value"),
        StitchTable(
            "triggers",
            integer: "definition__version id",
            boolean: "enabled",
            text: "definition__actions definition__condition definition__event description name"
        ),
    ]
}
