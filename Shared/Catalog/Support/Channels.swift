import Model

extension Support {
    package static let recipientAddresses = StreamDefinition(
        "recipient_addresses",
        origin: .request(.list("recipient_addresses")),
        replication: .kept,
        replicationKey: "updated_at",
        columns: Columns(
            integer: "brand_id id",
            boolean: "default",
            dateTime: "created_at updated_at",
            string: """
                cname_status dns_results domain_verification_code domain_verification_status email forwarding_status \
                name spf_status
                """
        )
    )

    /// Mails that Zendesk held back; it drops them after some days, and the table marks them then.
    package static let suspendedTickets = StreamDefinition(
        "suspended_tickets",
        origin: .request(.list("suspended_tickets")),
        replication: .kept,
        replicationKey: "updated_at",
        columns: Columns(
            integer: "author.id brand_id cause_id id ticket_id",
            dateTime: "created_at updated_at",
            string: """
                author.email author.name cause content error_messages[] message_id recipient subject url via.channel
                """
        )
    )

    package static let sharingAgreements = StreamDefinition(
        "sharing_agreements",
        origin: .request(.whole("sharing_agreements")),
        replication: .full,
        replicationKey: nil,
        columns: Columns(
            integer: "id",
            dateTime: "created_at updated_at",
            string: "name partner_name remote_subdomain status type url"
        )
    )

    package static let targets = StreamDefinition(
        "targets",
        origin: .request(.whole("targets")),
        replication: .full,
        replicationKey: nil,
        columns: Columns(
            integer: "id",
            boolean: "active",
            dateTime: "created_at",
            string: "attribute email method parameters subject target_url title type url"
        )
    )

    package static let jiraLinks = StreamDefinition(
        "jira_links",
        origin: .request(.list("links", at: "services/jira/links")),
        replication: .kept,
        replicationKey: "updated_at",
        gate: "the Jira integration",
        columns: Columns(
            integer: "id issue_id ticket_id",
            dateTime: "created_at updated_at",
            string: "issue_key url"
        )
    )
}
