extension ListStream {
    /// What Talk knows.
    static let talk: [ListStream] = [
        ListStream(
            name: "talk_phone_numbers",
            path: "channels/voice/phone_numbers",
            envelope: "phone_numbers",
            dialect: .offset,
            count: 3,
            gate: .talk
        ) { phoneNumber(&$0) },
        ListStream(
            name: "talk_calls",
            path: "channels/voice/stats/incremental/calls",
            envelope: "calls",
            dialect: .timeWithoutEnd,
            count: 20,
            gate: .talk,
            bucket: .talkExports
        ) { call(&$0) },
        ListStream(
            name: "talk_legs",
            path: "channels/voice/stats/incremental/legs",
            envelope: "legs",
            dialect: .timeWithoutEnd,
            count: 30,
            gate: .talk,
            bucket: .talkExports
        ) { leg(&$0) },
    ]

    private static func phoneNumber(_ record: inout ListRecord) -> JSONTree {
        let number = "+4930\(1_000_000 + record.index)"
        return [
            "id": .integer(record.id), "number": .string(number), "display_number": .string("030 \(record.index)"),
            "name": .string(record.title("Line")), "nickname": record.phrase(), "country_code": "DE",
            "location": "Berlin", "token": .string("token\(record.index)"), "toll_free": false, "external": false,
            "line_type": "phone", "brand_id": .optional(record.reference(to: "brands")),
            "capabilities": ["sms": true, "mms": false, "voice": true, "emergency_address": false],
            "categorised_greetings": ["1": 2, "3": .integer(Int64(record.draw.below(9)))],
            "categorised_greetings_with_sub_settings": ["1": ["voicemail": "1"]],
            "default_greeting_ids": ["voicemail_en", "available_en"], "default_group_id": record.reference(.groups),
            "greeting_ids": .integers([11, 12]), "group_ids": [record.reference(.groups)],
            "ivr_id": nil, "outbound_enabled": true, "voice_enabled": true, "sms_enabled": false,
            "sms_group_id": nil, "priority": .integer(Int64(record.draw.below(3))),
            "recorded": .boolean(record.draw.chance(50)), "transcription": false,
            "schedule_id": .optional(record.reference(to: "schedules")), "created_at": record.created,
        ]
    }

    private static func call(_ record: inout ListRecord) -> JSONTree {
        let duration = Int64(record.draw.below(900))
        return [
            "id": .integer(record.id), "created_at": record.created, "updated_at": record.updated,
            "agent_id": record.reference(.users), "call_channel": "phone",
            "call_charge": .string("0.0\(record.draw.below(90) + 10)"), "call_group_id": record.reference(.groups),
            "call_recording_consent": "always", "call_recording_consent_action": nil, "callback": false,
            "callback_source": nil, "completion_status": "completed", "consultation_time": 0,
            "customer_id": record.reference(.users), "customer_requested_voicemail": false, "default_group": false,
            "direction": .string(record.fixed.chance(70) ? "inbound" : "outbound"), "duration": .integer(duration),
            "exceeded_queue_wait_time": false, "hold_time": .integer(duration / 9), "ivr_action": nil,
            "ivr_destination_group_name": nil, "ivr_hops": nil, "ivr_time_spent": nil, "line": "+16194574051",
            "line_id": .optional(record.reference(to: "talk_phone_numbers")), "line_type": "phone",
            "minutes_billed": .integer(duration / 60 + 1), "not_recording_time": 0,
            "outside_business_hours": .boolean(record.draw.chance(20)), "overflowed": false, "overflowed_to": nil,
            "phone_number": "+16194574051",
            "phone_number_id": .optional(record.reference(to: "talk_phone_numbers")), "quality_issues": ["none"],
            "recording_control_interactions": 0, "recording_time": 0, "talk_time": .integer(duration),
            "ticket_id": record.reference(.tickets), "time_to_answer": nil, "voicemail": true, "wait_time": 0,
            "wrap_up_time": 0,
        ]
    }

    private static func leg(_ record: inout ListRecord) -> JSONTree {
        [
            "id": .integer(record.id), "call_id": .optional(record.reference(to: "talk_calls")),
            "agent_id": record.reference(.users), "available_via": "browser", "call_charge": "0.012",
            "completion_status": "completed", "conference_from": nil, "conference_time": nil, "conference_to": nil,
            "consultation_from": nil, "consultation_time": nil, "consultation_to": nil,
            "duration": .integer(Int64(record.draw.below(600))), "forwarded_to": nil, "hold_time": 0,
            "minutes_billed": 1, "quality_issues": ["high_latency", "packet_loss"], "talk_time": 12,
            "transferred_from": nil, "transferred_to": nil, "type": "agent", "user_id": record.reference(.users),
            "wrap_up_time": 3, "created_at": record.created, "updated_at": record.updated,
        ]
    }
}
