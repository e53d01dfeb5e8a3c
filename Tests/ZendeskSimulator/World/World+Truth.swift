/// Which records a listing of the truth holds.
enum Truth: Sendable {
    case records(SimulatedStream)
    /// The metric sets of the tickets that are not deleted.
    case ticketMetrics
    /// All events of all tickets, with their comments.
    case ticketEvents
    /// All comments: of tickets that are not deleted as the audits have them, of others as the events have them.
    case ticketComments
    /// All comments as the events have them.
    case ticketEventComments
    /// The audits of the tickets that are not deleted.
    case ticketAudits
    case ticketMetricEvents
    case ratings
    case userIdentities

    init?(name: String) {
        switch name {
        case "ticket_metrics": self = .ticketMetrics
        case "ticket_events": self = .ticketEvents
        case "ticket_comments": self = .ticketComments
        case "ticket_event_comments": self = .ticketEventComments
        case "ticket_audits": self = .ticketAudits
        case "ticket_metric_events": self = .ticketMetricEvents
        case "satisfaction_ratings": self = .ratings
        case "user_identities": self = .userIdentities
        default:
            guard let stream = SimulatedStream(rawValue: name) else { return nil }
            self = .records(stream)
        }
    }

    /// The stream whose records it goes through.
    var stream: SimulatedStream {
        switch self {
        case .records(let stream): stream
        case .userIdentities: .users
        default: .tickets
        }
    }
}

extension World {
    /// The records of up to `limit` tickets, users and so on in the order of their ids, each on a line of its own, as
    /// they are given now.
    /// - Parameter index: How many tickets, users and so on to pass over; on return, where to go on, or nil at the end.
    func truth(_ truth: Truth, from index: Int, limit: Int) -> (lines: JSONBytes, next: Int?) {
        var lines = JSONBytes()
        guard let table = tables[truth.stream] else { return (lines, nil) }
        let end = min(table.rows.count, index + limit)
        for index in index..<max(index, end) { append(truth, index, table.rows[index], to: &lines) }
        return (lines, end < table.rows.count ? end : nil)
    }

    /// The same of some tickets, users and so on.
    func truth(_ truth: Truth, of ids: [Int64]) -> JSONBytes {
        var lines = JSONBytes()
        guard let table = tables[truth.stream] else { return lines }
        for id in ids {
            let index = population.index(truth.stream, atOrBelow: id)
            guard table.rows.indices.contains(index), population.id(truth.stream, index) == id else { continue }
            append(truth, index, table.rows[index], to: &lines)
        }
        return lines
    }

    private func append(_ truth: Truth, _ index: Int, _ row: Table.Row, to lines: inout JSONBytes) {
        switch truth {
        case .records(let stream):
            population.append(stream, index, row, metricSets: false, to: &lines)
            lines.raw("\n")
        case .ticketMetrics:
            guard !row.isDeleted else { return }
            TicketMetricSet(index: index, row: row, population: population).append(to: &lines)
            lines.raw("\n")
        case .ratings:
            guard let rating = ratings.rating(index, row) else { return }
            RatingRecord(ticket: index, id: ratings.id(index), rating: rating, population: population)
                .append(to: &lines)
            lines.raw("\n")
        case .userIdentities:
            _ = IdentityRecord(index: index, row: row, population: population).append(to: &lines, separator: "\n")
            lines.raw("\n")
        case .ticketMetricEvents:
            for (ordinal, audit) in history.audits(index).enumerated() {
                for (position, event) in metrics.events(index, ordinal).enumerated() {
                    let second = UInt64(clamping: Int(audit.second) + event.offset)
                    let key = second << 32 | UInt64(index)
                    let entry = MetricLog.Entry(key: key, ordinal: UInt32(ordinal), position: UInt32(position))
                    _ = appendMetricEvent(entry, to: &lines)
                    lines.raw("\n")
                }
            }
        case .ticketEvents, .ticketComments, .ticketEventComments, .ticketAudits:
            appendHistory(truth, index, row, to: &lines)
        }
    }

    private func appendHistory(_ truth: Truth, _ index: Int, _ row: Table.Row, to lines: inout JSONBytes) {
        for (ordinal, audit) in history.audits(index).enumerated() {
            let record = AuditRecord(history, index, ordinal, audit)
            switch truth {
            case .ticketEvents: record.appendEvent(comments: true, to: &lines)
            case .ticketAudits where !row.isDeleted: record.appendAudit(to: &lines)
            case .ticketComments:
                guard record.appendComment(isExact: !row.isDeleted, to: &lines) else { continue }
            case .ticketEventComments:
                guard record.appendComment(isExact: false, to: &lines) else { continue }
            default: continue
            }
            lines.raw("\n")
        }
    }
}
