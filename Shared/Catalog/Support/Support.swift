/// Zendesk Support's streams.
package enum Support {
    package static let streams = [tickets, ticketMetrics, users, organizations, groups]
}
