/// Zendesk Support's streams.
package enum Support {
    package static let streams = [
        tickets, ticketMetrics, ticketComments, ticketAudits, ticketMetricEvents, ticketEvents, ticketFields,
        ticketForms, users, userIdentities, userFields, organizations, organizationFields, organizationMemberships,
        groups, groupMemberships, macros, satisfactionRatings, slaPolicies, tags, brands, views, triggers,
        triggerCategories, automations, schedules, scheduleHolidays, customRoles, customStatuses, auditLogs,
        recipientAddresses, suspendedTickets, sharingAgreements, targets, jiraLinks, workspaces, accountAttributes,
        dynamicContentItems, groupSLAPolicies, locales,
    ]
}
