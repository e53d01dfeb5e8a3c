import Model

extension Support {
    package static let groupMemberships = StreamDefinition(
        "group_memberships",
        origin: .request(.list("group_memberships")),
        replication: .kept,
        replicationKey: "updated_at",
        isDefault: true,
        interval: .seconds(86400),
        columns: Columns(
            integer: "group_id id user_id",
            boolean: "default",
            dateTime: "created_at updated_at",
            string: "url"
        )
    )

    package static let organizationMemberships = StreamDefinition(
        "organization_memberships",
        origin: .request(.list("organization_memberships")),
        replication: .kept,
        replicationKey: "updated_at",
        interval: .seconds(86400),
        columns: Columns(
            integer: "id organization_id user_id",
            boolean: "default view_tickets",
            dateTime: "created_at updated_at",
            string: "organization_name url"
        )
    )

    /// Comes with the users' pages, whose side-load has the list's name.
    package static let userIdentities = StreamDefinition(
        "user_identities",
        origin: .list("identities", of: "users"),
        replication: .incremental,
        replicationKey: "updated_at",
        columns: Columns(
            integer: "id undeliverable_count user_id",
            boolean: "primary verified",
            dateTime: "created_at updated_at",
            string: "deliverable_state type url value"
        )
    )
}
