import Model

extension Support {
    package static let users = StreamDefinition(
        "users",
        origin: .request(
            Request(
                path: "incremental/users/cursor.json",
                dialect: .incrementalCursor,
                envelope: .list("users"),
                pageSize: 1000,
                bucket: .usersCursor
            )
        ),
        replication: .incremental,
        replicationKey: "updated_at",
        isDefault: true,
        isEssential: true,
        columns: Columns(
            integer: """
                custom_role_id default_group_id id locale_id organization_id photo.height photo.id photo.size \
                photo.thumbnails[].height photo.thumbnails[].id photo.thumbnails[].size photo.thumbnails[].width \
                photo.width role_type
                """,
            boolean: """
                active chat_only moderator only_private_comments permanently_deleted photo.inline \
                photo.thumbnails[].inline report_csv restricted_agent shared shared_agent shared_phone_number \
                suspended two_factor_auth_enabled verified
                """,
            dateTime: "created_at last_login_at updated_at",
            string: """
                alias details email external_id locale name notes phone photo.content_type photo.content_url \
                photo.file_name photo.mapped_content_url photo.thumbnails[].content_type \
                photo.thumbnails[].content_url photo.thumbnails[].file_name \
                photo.thumbnails[].mapped_content_url photo.thumbnails[].url photo.url role signature tags[] \
                ticket_restriction time_zone url
                """
        )
    )

    package static let organizations = StreamDefinition(
        "organizations",
        origin: .request(
            Request(
                path: "incremental/organizations.json",
                dialect: .incrementalTime,
                envelope: .list("organizations"),
                pageSize: 1000,
                bucket: .incrementalExports,
                rank: 1
            )
        ),
        replication: .incremental,
        replicationKey: "updated_at",
        isDefault: true,
        isEssential: true,
        columns: Columns(
            integer: "group_id id",
            boolean: "shared_comments shared_tickets",
            dateTime: "created_at deleted_at updated_at",
            string: "details domain_names[] external_id name notes tags[] url"
        )
    )

    package static let groups = StreamDefinition(
        "groups",
        origin: .request(
            Request(
                path: "groups.json",
                dialect: .cursorList,
                envelope: .list("groups"),
                pageSize: 100,
                parameters: ["exclude_deleted": "false"]
            )
        ),
        replication: .kept,
        replicationKey: "updated_at",
        isDefault: true,
        isEssential: true,
        columns: Columns(
            integer: "id",
            boolean: "deleted",
            dateTime: "created_at updated_at",
            string: "name url"
        )
    )
}
