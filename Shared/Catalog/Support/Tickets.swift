import Model

extension Support {
    package static let tickets = StreamDefinition(
        "tickets",
        origin: .request(
            Request(
                path: "incremental/tickets/cursor.json",
                dialect: .incrementalCursor,
                envelope: .list("tickets"),
                pageSize: 1000,
                sideLoads: ["metric_sets"],
                bucket: .incrementalExports
            )
        ),
        replication: .incremental,
        replicationKey: "generated_timestamp",
        // `fields` repeats `custom_fields` byte for byte; `metric_set` is the ticket_metrics record.
        spliced: ["fields", "metric_set"],
        isDefault: true,
        isEssential: true,
        columns: Columns(
            integer: """
                assignee_id brand_id collaborator_ids[] custom_fields[].id email_cc_ids[] follower_ids[] \
                followup_ids[] forum_topic_id generated_timestamp group_id id organization_id problem_id \
                requester_id satisfaction_rating.assignee_id satisfaction_rating.group_id satisfaction_rating.id \
                satisfaction_rating.reason_id satisfaction_rating.requester_id satisfaction_rating.ticket_id \
                sharing_agreement_ids[] submitter_id ticket_form_id via.source.from.ticket_id
                """,
            boolean: "allow_attachments allow_channelback has_incidents is_public",
            dateTime: """
                created_at due_at satisfaction_rating.created_at satisfaction_rating.updated_at updated_at
                """,
            string: """
                description external_id priority raw_subject recipient satisfaction_rating.comment \
                satisfaction_rating.reason satisfaction_rating.score satisfaction_rating.url status subject tags[] \
                type url via.channel via.source.from.address via.source.from.name via.source.from.subject \
                via.source.rel via.source.to.address via.source.to.name
                """,
            untyped: "custom_fields[].value"
        )
    )

    package static let ticketMetrics = StreamDefinition(
        "ticket_metrics",
        origin: .field("metric_set", of: "tickets"),
        replication: .incremental,
        replicationKey: "updated_at",
        isDefault: true,
        isEssential: true,
        columns: Columns(
            integer: """
                agent_wait_time_in_minutes.business agent_wait_time_in_minutes.calendar assignee_stations \
                first_resolution_time_in_minutes.business first_resolution_time_in_minutes.calendar \
                full_resolution_time_in_minutes.business full_resolution_time_in_minutes.calendar group_stations \
                id instance_id on_hold_time_in_minutes.business on_hold_time_in_minutes.calendar reopens replies \
                reply_time_in_minutes.business reply_time_in_minutes.calendar \
                requester_wait_time_in_minutes.business requester_wait_time_in_minutes.calendar status.business \
                status.calendar ticket_id
                """,
            dateTime: """
                assigned_at assignee_updated_at created_at initially_assigned_at latest_comment_added_at \
                requester_updated_at solved_at status_updated_at updated_at
                """,
            string: "metric time type url"
        )
    )
}
