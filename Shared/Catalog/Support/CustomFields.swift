import Model

extension Support {
    package static let userFields = StreamDefinition(
        "user_fields",
        origin: .request(.list("user_fields")),
        replication: .kept,
        replicationKey: "updated_at",
        columns: definitionColumns
    )

    package static let organizationFields = StreamDefinition(
        "organization_fields",
        origin: .request(.list("organization_fields")),
        replication: .kept,
        replicationKey: "updated_at",
        columns: definitionColumns
    )

    /// What a custom field's definition has, whosever field it is.
    private static let definitionColumns = Columns(
        integer: "custom_field_options[].id id position",
        boolean: "active system",
        dateTime: "created_at updated_at",
        string: """
            custom_field_options[].name custom_field_options[].raw_name custom_field_options[].value description key \
            raw_description raw_title regexp_for_validation relationship_target_type tag title type url
            """
    )
}
