import Model

extension Support {
    /// The whole history of each ticket that changed, ticket by ticket.
    package static let ticketAudits = StreamDefinition(
        "ticket_audits",
        origin: .perRecord(.list("audits", at: "tickets/{id}/audits.json", bucket: .ticketAudits), of: "tickets"),
        replication: .incremental,
        replicationKey: "created_at",
        isDefault: true,
        columns: Columns(
            integer: """
                author_id events[].attachments[].height events[].attachments[].id events[].attachments[].size \
                events[].attachments[].thumbnails[].height events[].attachments[].thumbnails[].id \
                events[].attachments[].thumbnails[].size events[].attachments[].thumbnails[].width \
                events[].attachments[].width events[].audit_id events[].author_id events[].data.answered_by_id \
                events[].id events[].recipients[] events[].via.source.from.id \
                events[].via.source.from.revision_id events[].via.source.from.ticket_id id metadata.flags[] \
                metadata.notifications_suppressed_for[] ticket_id via.source.from.id via.source.from.ticket_id \
                via.source.from.ticket_ids[]
                """,
            number: "metadata.system.latitude metadata.system.longitude",
            boolean: """
                events[].attachments[].inline events[].attachments[].thumbnails[].inline events[].macro_deleted \
                events[].public events[].trusted events[].via.source.from.deleted \
                metadata.flags_options.11.trusted metadata.flags_options.2.trusted metadata.trusted \
                via.source.from.deleted
                """,
            dateTime: "created_at events[].created_at events[].data.started_at",
            string: """
                events[].attachments[].content_type events[].attachments[].content_url \
                events[].attachments[].file_name events[].attachments[].mapped_content_url \
                events[].attachments[].thumbnails[].content_type events[].attachments[].thumbnails[].content_url \
                events[].attachments[].thumbnails[].file_name \
                events[].attachments[].thumbnails[].mapped_content_url events[].attachments[].thumbnails[].url \
                events[].attachments[].url events[].body events[].data.answered_by_name \
                events[].data.call_duration events[].data.from events[].data.recording_url events[].data.to \
                events[].data.transcription_status events[].data.transcription_text events[].field_name \
                events[].formatted_from events[].formatted_to events[].html_body events[].macro_id \
                events[].macro_title events[].plain_body events[].previous_value events[].resource \
                events[].subject events[].type events[].value events[].via.channel \
                events[].via.source.from.address events[].via.source.from.name \
                events[].via.source.from.original_recipients[] events[].via.source.from.subject \
                events[].via.source.from.title events[].via.source.rel events[].via.source.to.address \
                events[].via.source.to.name metadata.flags_options.11.message.user metadata.system.client \
                metadata.system.ip_address metadata.system.json_email_identifier metadata.system.location \
                metadata.system.message_id metadata.system.raw_email_identifier via.channel \
                via.source.from.address via.source.from.name via.source.from.original_recipients[] \
                via.source.from.subject via.source.from.title via.source.rel via.source.to.address \
                via.source.to.name
                """,
            untyped: "events[].transcription_visible metadata.custom"
        )
    )
}
