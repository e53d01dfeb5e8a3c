import Model

extension Support {
    package static let slaPolicies = StreamDefinition(
        "sla_policies",
        origin: .request(.whole("sla_policies", at: "slas/policies.json")),
        replication: .full,
        replicationKey: nil,
        isDefault: true,
        gate: "Suite Growth or Support Professional",
        columns: Columns(
            integer: "id policy_metrics[].target position",
            boolean: "policy_metrics[].business_hours",
            dateTime: "created_at updated_at",
            string: """
                description filter.all[].field filter.all[].operator filter.all[].value filter.any[].field \
                filter.any[].operator filter.any[].value policy_metrics[].priority title url
                """,
            untyped: "policy_metrics[].metric"
        )
    )

    package static let groupSLAPolicies = StreamDefinition(
        "group_sla_policies",
        origin: .request(.whole("group_sla_policies", at: "group_slas/policies.json")),
        replication: .full,
        replicationKey: nil,
        gate: "Suite Enterprise or Support Enterprise",
        columns: Columns(
            integer: "policy_metrics[].target position",
            boolean: "policy_metrics[].business_hours",
            dateTime: "created_at updated_at",
            string: """
                description filter.all[].field filter.all[].operator id policy_metrics[].metric \
                policy_metrics[].priority title url
                """,
            untyped: "filter.all[].value"
        )
    )

    package static let schedules = StreamDefinition(
        "schedules",
        origin: .request(.whole("schedules", at: "business_hours/schedules.json")),
        replication: .kept,
        replicationKey: "updated_at",
        gate: "Suite Growth or Support Professional",
        columns: Columns(
            integer: "id intervals[].end_time intervals[].start_time",
            dateTime: "created_at updated_at",
            string: "name time_zone"
        )
    )

    package static let scheduleHolidays = StreamDefinition(
        "schedule_holidays",
        origin: .perRecord(
            .whole("holidays", at: "business_hours/schedules/{id}/holidays.json", parentKey: "schedule_id"),
            of: "schedules"
        ),
        replication: .full,
        replicationKey: nil,
        gate: "Suite Growth or Support Professional",
        columns: Columns(integer: "id schedule_id", dateTime: "end_date start_date", string: "name")
    )
}
