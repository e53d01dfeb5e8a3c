import Model

extension Talk {
    package static let calls = StreamDefinition(
        "talk_calls",
        origin: .request(export("calls", rank: 0)),
        replication: .incremental,
        replicationKey: "updated_at",
        gate: gate,
        columns: Columns(
            integer: """
                agent_id call_group_id consultation_time copilot_suggestions_generated_successful \
                copilot_suggestions_generated_total customer_id duration hold_time id ivr_hops ivr_time_spent line_id \
                minutes_billed not_recording_time phone_number_id recording_control_interactions recording_time \
                talk_time ticket_id time_to_answer wait_time wrap_up_time
                """,
            number: "call_charge",
            boolean: """
                callback customer_requested_voicemail default_group exceeded_queue_wait_time outside_business_hours \
                overflowed real_time_transcription voicemail
                """,
            dateTime: "created_at post_call_summary_created post_call_transcription_created updated_at",
            string: """
                call_channel call_recording_consent call_recording_consent_action call_recording_consent_keypress \
                callback_source completion_status direction ivr_action ivr_destination_group_name ivr_routed_to line \
                line_type overflowed_to phone_number post_call_summary post_call_transcription quality_issues[] \
                transcription_language
                """
        )
    )

    package static let legs = StreamDefinition(
        "talk_legs",
        origin: .request(export("legs", rank: 1)),
        replication: .incremental,
        replicationKey: "updated_at",
        gate: gate,
        columns: Columns(
            integer: """
                agent_id call_id conference_from conference_time conference_to consultation_from consultation_time \
                consultation_to duration hold_time id minutes_billed talk_time transferred_from transferred_to \
                user_id wrap_up_time
                """,
            number: "call_charge",
            dateTime: "created_at updated_at",
            string: "available_via completion_status forwarded_to quality_issues[] type"
        )
    )

    private static func export(_ name: String, rank: Int) -> Request {
        Request(
            path: "channels/voice/stats/incremental/\(name).json",
            dialect: .incrementalTimeOpen,
            envelope: .list(name),
            pageSize: 1000,
            bucket: .talkExports,
            rank: rank
        )
    }
}
