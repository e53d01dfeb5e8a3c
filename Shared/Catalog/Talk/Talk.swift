import Model

/// The streams of Talk, which a Support connection reads.
package enum Talk {
    package static let streams = [phoneNumbers, calls, legs]

    static let gate = "Zendesk Talk"

    package static let phoneNumbers = StreamDefinition(
        "talk_phone_numbers",
        origin: .request(.numberedList("phone_numbers", at: "channels/voice/phone_numbers.json")),
        replication: .full,
        replicationKey: nil,
        isDefault: true,
        gate: gate,
        columns: Columns(
            integer: "default_group_id greeting_ids[] group_ids[] id ivr_id priority schedule_id sms_group_id",
            boolean: """
                capabilities.mms capabilities.sms capabilities.voice external outbound_enabled recorded \
                sms_enabled toll_free transcription voice_enabled
                """,
            dateTime: "created_at",
            string: """
                country_code default_greeting_ids[] display_number line_type location name nickname number token
                """
        )
    )
}
