import Model

extension Support {
    package static let brands = StreamDefinition(
        "brands",
        origin: .request(.list("brands")),
        replication: .kept,
        replicationKey: "updated_at",
        columns: Columns(
            integer: "id logo.id logo.size ticket_form_ids[]",
            boolean: "active default has_help_center is_deleted logo.inline",
            dateTime: "created_at updated_at",
            string: """
                brand_url help_center_state host_mapping logo.content_type logo.content_url logo.file_name \
                logo.mapped_content_url logo.url name signature_template subdomain url
                """
        )
    )

    package static let customRoles = StreamDefinition(
        "custom_roles",
        origin: .request(.whole("custom_roles")),
        replication: .kept,
        replicationKey: "updated_at",
        gate: "Suite Enterprise or Support Enterprise",
        columns: Columns(
            integer: "id role_type team_member_count",
            boolean: """
                configuration.chat_access configuration.manage_business_rules configuration.manage_ticket_fields \
                configuration.ticket_deletion configuration.ticket_editing configuration.ticket_merge \
                configuration.voice_access
                """,
            dateTime: "created_at updated_at",
            string: """
                configuration.end_user_profile_access configuration.macro_access configuration.report_access \
                configuration.ticket_access configuration.ticket_comment_access configuration.view_access \
                description name
                """
        )
    )

    package static let auditLogs = StreamDefinition(
        "audit_logs",
        origin: .request(
            Request(
                path: "audit_logs.json",
                dialect: .cursorList,
                envelope: .list("audit_logs"),
                pageSize: 100,
                parameters: ["sort": "created_at"],
                start: .createdAtFilter
            )
        ),
        replication: .incremental,
        replicationKey: "created_at",
        gate: "Suite Enterprise or Support Enterprise",
        columns: Columns(
            integer: "actor_id id source_id",
            dateTime: "created_at",
            string: """
                action action_label actor_name change_description ip_address source_label source_type url
                """
        )
    )
}
