import Model

extension Chat {
    /// Chats and offline messages in one feed, which brings a chat again when it is edited or deleted.
    package static let chats = StreamDefinition(
        "chats",
        source: .chat,
        origin: .request(export("chats")),
        replication: .incremental,
        replicationKey: "update_timestamp",
        isDefault: true,
        isEssential: true,
        columns: Columns(
            integer: """
                conversions[].attribution.agent_id conversions[].attribution.department_id conversions[].goal_id \
                count.agent count.total count.visitor department_id duration \
                history[].conversion.attribution.agent_id history[].conversion.attribution.department_id \
                history[].conversion.goal_id history[].department_id history[].prev_department_id \
                response_time.first response_time.max zendesk_ticket_id
                """,
            number: "response_time.avg",
            boolean: "deleted missed triggered triggered_response unread",
            dateTime: """
                conversions[].attribution.chat_timestamp conversions[].timestamp end_timestamp \
                history[].conversion.attribution.chat_timestamp history[].conversion.timestamp \
                history[].timestamp timestamp update_timestamp webpath[].timestamp
                """,
            string: """
                agent_ids[] agent_names[] comment conversions[].attribution.agent_name \
                conversions[].attribution.department_name conversions[].goal_name conversions[].id \
                department_name history[].channel history[].conversion.attribution.agent_name \
                history[].conversion.attribution.department_name history[].conversion.goal_name \
                history[].conversion.id history[].department_name history[].msg history[].msg_id history[].name \
                history[].new_rating history[].new_tags[] history[].nick history[].options history[].rating \
                history[].skills_name[] history[].tags[] history[].type id message rating referrer_search_engine \
                referrer_search_terms started_by tags[] type visitor.email visitor.id visitor.name visitor.notes \
                visitor.phone webpath[].from webpath[].title webpath[].to
                """
        )
    )

    package static let conversions = StreamDefinition(
        "conversions",
        source: .chat,
        origin: .request(export("conversions")),
        replication: .incremental,
        replicationKey: "timestamp",
        gate: enterprise,
        columns: Columns(
            integer: "attribution.agent_id attribution.department_id goal_id",
            dateTime: "attribution.chat_timestamp timestamp",
            string: """
                attribution.agent_name attribution.channel_type attribution.department_name chat_id goal_name id
                """
        )
    )
}
