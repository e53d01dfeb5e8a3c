import Model

extension Chat {
    package static let agents = StreamDefinition(
        "agents",
        source: .chat,
        origin: .request(list("agents")),
        replication: .full,
        replicationKey: nil,
        isDefault: true,
        isEssential: true,
        columns: Columns(
            integer: "departments[] enabled_departments[] id login_count role_id skills[]",
            boolean: "enabled roles.administrator roles.owner",
            dateTime: "create_date last_login",
            string: "display_name email first_name last_name scope"
        )
    )

    package static let departments = StreamDefinition(
        "departments",
        source: .chat,
        origin: .request(whole("departments")),
        replication: .full,
        replicationKey: nil,
        isDefault: true,
        columns: Columns(integer: "id members[]", boolean: "enabled", string: "description name")
    )

    package static let roles = StreamDefinition(
        "roles",
        source: .chat,
        origin: .request(whole("roles")),
        replication: .full,
        replicationKey: nil,
        gate: enterprise,
        columns: Columns(integer: "id members_count", boolean: "enabled", string: "description name")
    )

    package static let skills = StreamDefinition(
        "skills",
        source: .chat,
        origin: .request(whole("skills")),
        replication: .full,
        replicationKey: nil,
        gate: enterprise,
        columns: Columns(integer: "id members[]", boolean: "enabled", string: "description name")
    )

    /// What an agent was doing from when on. Zendesk gives these no id.
    package static let agentTimeline = StreamDefinition(
        "agent_timeline",
        source: .chat,
        origin: .request(export("agent_timeline", dialect: .chatIncrementalMicroseconds)),
        key: ["agent_id", "start_time"],
        replication: .incremental,
        replicationKey: "start_time",
        gate: enterprise,
        columns: Columns(
            integer: "agent_id engagement_count",
            number: "duration",
            dateTime: "start_time",
            string: "status"
        )
    )

    package static let departmentEvents = StreamDefinition(
        "department_events",
        source: .chat,
        origin: .request(export("department_events")),
        replication: .incremental,
        replicationKey: "timestamp",
        gate: enterprise,
        columns: Columns(
            integer: "department_id",
            dateTime: "timestamp",
            string: "field_name id",
            untyped: "previous_value value"
        )
    )
}
