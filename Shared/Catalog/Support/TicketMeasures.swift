import Model

extension Support {
    package static let ticketMetricEvents = StreamDefinition(
        "ticket_metric_events",
        origin: .request(
            Request(
                path: "incremental/ticket_metric_events.json",
                dialect: .cursorList,
                envelope: .list("ticket_metric_events"),
                pageSize: 100,
                largerPageSize: 1000,
                start: .startTime,
                // Breaches are written before their time and may be flagged as deleted after it.
                rereadWindow: .seconds(3600)
            )
        ),
        replication: .incremental,
        replicationKey: "time",
        isDefault: true,
        columns: Columns(
            integer: "id instance_id sla.policy.id sla.target status.business status.calendar ticket_id",
            boolean: "deleted sla.business_hours",
            dateTime: "time",
            string: "metric sla.policy.description sla.policy.title type"
        )
    )

    package static let satisfactionRatings = StreamDefinition(
        "satisfaction_ratings",
        origin: .request(
            Request(
                path: "satisfaction_ratings.json",
                dialect: .cursorList,
                envelope: .list("satisfaction_ratings"),
                pageSize: 100,
                start: .startTime,
                // A rating that was offered becomes good or bad later, in the same record.
                rereadWindow: .seconds(30 * 86400)
            )
        ),
        replication: .incremental,
        replicationKey: "updated_at",
        isDefault: true,
        gate: "customer satisfaction (CSAT) switched on",
        columns: Columns(
            integer: "assignee_id group_id id reason_id requester_id ticket_id",
            dateTime: "created_at updated_at",
            string: "comment reason score url"
        )
    )
}
