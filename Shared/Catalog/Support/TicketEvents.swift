import Model

extension Support {
    package static let ticketEvents = StreamDefinition(
        "ticket_events",
        origin: .request(
            Request(
                path: "incremental/ticket_events.json",
                dialect: .incrementalTime,
                envelope: .list("ticket_events"),
                pageSize: 1000,
                sideLoads: ["comment_events"],
                bucket: .incrementalExports,
                rank: 2
            )
        ),
        replication: .incremental,
        replicationKey: "timestamp",
        columns: Columns(
            integer: """
                child_events[].audit_id child_events[].author_id child_events[].id child_events[].via_reference_id id \
                ticket_id timestamp updater_id
                """,
            number: "system.latitude system.longitude",
            boolean: "child_events[].comment_present child_events[].comment_public child_events[].public",
            dateTime: "child_events[].created_at created_at",
            string: """
                child_events[].body child_events[].event_type child_events[].html_body child_events[].plain_body \
                child_events[].type event_type system.client system.ip_address system.location via
                """,
            untyped: "child_events[].previous_value"
        )
    )

    /// Fast out of the events' pages, exact out of the audits.
    package static let ticketComments = StreamDefinition(
        "ticket_comments",
        origin: .elements(
            Elements(
                list: "child_events",
                where: "event_type",
                is: "Comment",
                inherits: ["ticket_id", "created_at", "via", "metadata"]
            ),
            of: "ticket_events"
        ),
        alsoFrom: .elements(
            Elements(
                list: "events",
                where: "type",
                is: "Comment",
                replaces: ["ticket_id", "created_at", "via", "metadata"]
            ),
            of: "ticket_audits"
        ),
        replication: .incremental,
        replicationKey: "created_at",
        isDefault: true,
        columns: Columns(
            integer: """
                attachments[].height attachments[].id attachments[].size attachments[].thumbnails[].height \
                attachments[].thumbnails[].id attachments[].thumbnails[].size attachments[].thumbnails[].width \
                attachments[].width audit_id author_id id metadata.flags[] metadata.notifications_suppressed_for[] \
                ticket_id via.source.from.id via.source.from.ticket_id via.source.from.ticket_ids[]
                """,
            number: "metadata.system.latitude metadata.system.longitude",
            boolean: """
                attachments[].inline attachments[].thumbnails[].inline metadata.flags_options.11.trusted \
                metadata.flags_options.2.trusted metadata.trusted public via.source.from.deleted
                """,
            dateTime: "created_at",
            string: """
                attachments[].content_type attachments[].content_url attachments[].file_name \
                attachments[].mapped_content_url attachments[].thumbnails[].content_type \
                attachments[].thumbnails[].content_url attachments[].thumbnails[].file_name \
                attachments[].thumbnails[].mapped_content_url attachments[].thumbnails[].url attachments[].url \
                body html_body metadata.flags_options.11.message.user metadata.system.client \
                metadata.system.ip_address metadata.system.json_email_identifier metadata.system.location \
                metadata.system.message_id metadata.system.raw_email_identifier plain_body type via.channel \
                via.source.from.address via.source.from.name via.source.from.original_recipients[] \
                via.source.from.subject via.source.from.title via.source.rel via.source.to.address \
                via.source.to.name
                """,
            untyped: "metadata.custom"
        )
    )
}
