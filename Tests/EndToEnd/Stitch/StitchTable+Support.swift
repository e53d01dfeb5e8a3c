extension StitchTable {
    /// Support's 16 tables.
    static let support = [
        StitchTable(
            "group_memberships",
            integer: "group_id id user_id",
            boolean: "default",
            timestamp: "created_at updated_at",
            text: "url"
        ),
        StitchTable("groups", integer: "id", boolean: "deleted", timestamp: "created_at updated_at", text: "name url"),
        StitchTable(
            "macros",
            integer: "id position restriction__id",
            boolean: "active",
            timestamp: "created_at updated_at",
            text: "description restriction__type title url"
        ),
        StitchTable("macros__actions", text: "field value"),
        StitchTable("macros__restriction__ids", integer: "value"),
        StitchTable(
            "organizations",
            integer: "group_id id",
            boolean: "shared_comments shared_tickets",
            timestamp: "created_at deleted_at updated_at",
            text: "details external_id name notes url"
        ),
        StitchTable("organizations__domain_names", text: "value"),
        StitchTable("organizations__tags", text: "value"),
        StitchTable(
            "satisfaction_ratings",
            integer: "assignee_id group_id id reason_id requester_id ticket_id",
            timestamp: "created_at updated_at",
            text: "comment reason score url"
        ),
        StitchTable(
            "sla_policies",
            integer: "id position",
            timestamp: "created_at updated_at",
            text: "description title url"
        ),
        StitchTable("sla_policies__filter__all", text: "field operator value"),
        StitchTable("sla_policies__filter__any", text: "field operator value"),
        StitchTable(
            "sla_policies__policy_metrics",
            integer: "target",
            boolean: "business_hours",
            text: "metric priority"
        ),
        StitchTable("tags", integer: "count", text: "name"),
        StitchTable(
            "talk_phone_numbers",
            integer: "default_group_id ivr_id priority schedule_id sms_group_id id",
            boolean: """
                capabilities__mms capabilities__sms capabilities__voice external outbound_enabled recorded \
                sms_enabled toll_free transcription voice_enabled
                """,
            timestamp: "created_at",
            text: "country_code display_number line_type location name nickname number token"
        ),
        StitchTable("talk_phone_numbers__default_greeting_ids", text: "value"),
        StitchTable("talk_phone_numbers__greeting_ids", integer: "value"),
        StitchTable("talk_phone_numbers__group_ids", integer: "value"),
        StitchTable(
            "ticket_audits",
            integer: "author_id id ticket_id via__source__from__id via__source__from__ticket_id",
            decimal: "metadata__system__latitude metadata__system__longitude",
            boolean: """
                metadata__flags_options__11__trusted metadata__flags_options__2__trusted metadata__trusted \
                via__source__from__deleted
                """,
            timestamp: "created_at",
            text: """
                metadata__custom metadata__flags_options__11__message__user metadata__system__client \
                metadata__system__ip_address metadata__system__json_email_identifier metadata__system__location \
                metadata__system__message_id metadata__system__raw_email_identifier via__channel \
                via__source__from__address via__source__from__name via__source__from__subject \
                via__source__from__title via__source__rel via__source__to__address via__source__to__name
                """
        ),
        StitchTable(
            "ticket_audits__events",
            integer: """
                audit_id author_id data__answered_by_id id via__source__from__id via__source__from__revision_id \
                via__source__from__ticket_id
                """,
            boolean: "macro_deleted public trusted via__source__from__deleted",
            timestamp: "created_at data__started_at",
            text: """
                body data__answered_by_name data__call_duration data__from data__recording_url data__to \
                data__transcription_status data__transcription_text field_name formatted_from formatted_to html_body \
                macro_id macro_title plain_body resource subject type via__channel via__source__from__address \
                via__source__from__name via__source__from__subject via__source__from__title via__source__rel \
                via__source__to__address via__source__to__name previous_value value transcription_visible
                """
        ),
        StitchTable("ticket_audits__metadata__flags", integer: "value"),
        StitchTable("ticket_audits__metadata__notifications_suppressed_for", integer: "value"),
        StitchTable("ticket_audits__via__source__from__ticket_ids", integer: "value"),
        StitchTable("ticket_audits__via__source__from__original_recipients", text: "value"),
        StitchTable(
            "ticket_audits__events__attachments",
            integer: "height id size width",
            boolean: "inline",
            text: "content_type content_url file_name mapped_content_url url"
        ),
        StitchTable("ticket_audits__events__recipients", integer: "value"),
        StitchTable("ticket_audits__events__via__source__from__original_recipients", text: "value"),
        StitchTable(
            "ticket_audits__events__attachments__thumbnails",
            integer: "height id size width",
            boolean: "inline",
            text: "content_type content_url file_name mapped_content_url url"
        ),
        StitchTable(
            "ticket_comments",
            integer: "audit_id author_id id ticket_id via__source__from__id via__source__from__ticket_id",
            decimal: "metadata__system__latitude metadata__system__longitude",
            boolean: """
                metadata__flags_options__11__trusted metadata__flags_options__2__trusted metadata__trusted public \
                via__source__from__deleted
                """,
            timestamp: "created_at",
            text: """
                body html_body metadata__flags_options__11__message__user metadata__system__client \
                metadata__system__ip_address metadata__system__json_email_identifier metadata__system__location \
                metadata__system__message_id metadata__system__raw_email_identifier plain_body type via__channel \
                via__source__from__address via__source__from__name via__source__from__subject \
                via__source__from__title via__source__rel via__source__to__address via__source__to__name \
                metadata__custom
                """
        ),
        StitchTable(
            "ticket_comments__attachments",
            integer: "height id size width",
            boolean: "inline",
            text: "content_type content_url file_name mapped_content_url url"
        ),
        StitchTable("ticket_comments__metadata__flags", integer: "value"),
        StitchTable("ticket_comments__metadata__notifications_suppressed_for", integer: "value"),
        StitchTable("ticket_comments__via__source__from__ticket_ids", integer: "value"),
        StitchTable("ticket_comments__via__source__from__original_recipients", text: "value"),
        StitchTable(
            "ticket_comments__attachments__thumbnails",
            integer: "height id size width",
            boolean: "inline",
            text: "content_type content_url file_name mapped_content_url url"
        ),
        StitchTable(
            "ticket_fields",
            integer: "id position sub_type_id",
            boolean: """
                active collapsed_for_agents editable_in_portal removable required required_in_portal \
                visible_in_portal
                """,
            timestamp: "created_at updated_at",
            text: """
                agent_description description raw_description raw_title raw_title_in_portal regexp_for_validation \
                tag title title_in_portal type url
                """
        ),
        StitchTable(
            "ticket_fields__custom_field_options",
            integer: "id",
            boolean: "default",
            text: "name raw_name value"
        ),
        StitchTable("ticket_fields__system_field_options", text: "value"),
        StitchTable(
            "ticket_forms",
            integer: "id position",
            boolean: "active default end_user_visible in_all_brands",
            timestamp: "created_at updated_at",
            text: "display_name name raw_display_name raw_name url"
        ),
        StitchTable("ticket_forms__restricted_brand_ids", integer: "value"),
        StitchTable("ticket_forms__ticket_field_ids", integer: "value"),
        StitchTable(
            "ticket_metric_events",
            integer: "id instance_id sla__policy__id sla__target status__business status__calendar ticket_id",
            boolean: "deleted sla__business_hours",
            timestamp: "time",
            text: "metric sla__policy__description sla__policy__title type"
        ),
        StitchTable(
            "ticket_metrics",
            integer: """
                agent_wait_time_in_minutes__business agent_wait_time_in_minutes__calendar assignee_stations \
                first_resolution_time_in_minutes__business first_resolution_time_in_minutes__calendar \
                full_resolution_time_in_minutes__business full_resolution_time_in_minutes__calendar group_stations \
                id instance_id on_hold_time_in_minutes__business on_hold_time_in_minutes__calendar reopens replies \
                reply_time_in_minutes__business reply_time_in_minutes__calendar \
                requester_wait_time_in_minutes__business requester_wait_time_in_minutes__calendar status__business \
                status__calendar ticket_id
                """,
            timestamp: """
                assigned_at assignee_updated_at created_at initially_assigned_at latest_comment_added_at \
                requester_updated_at solved_at status_updated_at updated_at
                """,
            text: "metric time type url"
        ),
        StitchTable(
            "tickets",
            integer: """
                assignee_id brand_id forum_topic_id generated_timestamp group_id id organization_id problem_id \
                requester_id satisfaction_rating__assignee_id satisfaction_rating__group_id satisfaction_rating__id \
                satisfaction_rating__reason_id satisfaction_rating__requester_id satisfaction_rating__ticket_id \
                submitter_id ticket_form_id via__source__from__ticket_id
                """,
            boolean: "allow_attachments allow_channelback has_incidents is_public",
            timestamp: "created_at due_at satisfaction_rating__created_at satisfaction_rating__updated_at updated_at",
            text: """
                description external_id priority raw_subject recipient satisfaction_rating__comment \
                satisfaction_rating__reason satisfaction_rating__score satisfaction_rating__url status subject type \
                url via__channel via__source__from__address via__source__from__name via__source__from__subject \
                via__source__rel via__source__to__address via__source__to__name
                """
        ),
        StitchTable("tickets__collaborator_ids", integer: "value"),
        StitchTable("tickets__email_cc_ids", integer: "value"),
        StitchTable("tickets__follower_ids", integer: "value"),
        StitchTable("tickets__followup_ids", integer: "value"),
        StitchTable("tickets__sharing_agreement_ids", integer: "value"),
        StitchTable("tickets__custom_fields", integer: "id", text: "value"),
        StitchTable("tickets__tags", text: "value"),
        StitchTable(
            "users",
            integer: """
                custom_role_id default_group_id id locale_id organization_id photo__height photo__id photo__size \
                photo__width role_type
                """,
            boolean: """
                active chat_only moderator only_private_comments permanently_deleted photo__inline report_csv \
                restricted_agent shared shared_agent shared_phone_number suspended two_factor_auth_enabled verified
                """,
            timestamp: "created_at last_login_at updated_at",
            text: """
                alias details email external_id locale name notes phone photo__content_type photo__content_url \
                photo__file_name photo__mapped_content_url photo__url role signature ticket_restriction time_zone \
                url
                """
        ),
        StitchTable(
            "users__photo__thumbnails",
            integer: "height id size width",
            boolean: "inline",
            text: "content_type content_url file_name mapped_content_url url"
        ),
        StitchTable("users__tags", text: "value"),
    ]
}
