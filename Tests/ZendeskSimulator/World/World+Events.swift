import Model

extension World {
    /// What is known of a ticket by its id.
    enum TicketState: Sendable {
        case unknown
        case deleted
        case archived
        case live
    }

    /// A place in a list that is ordered by time and id.
    struct Place: Sendable {
        var second: Int64
        var id: Int64
    }

    /// What a page of such a list holds, beside its bytes.
    struct PlacedPage: Sendable {
        var count = 0
        var first: Place?
        var last: Place?
        var hasMore = false
    }

    /// Appends the events of tickets from a second on, comma-separated.
    /// - Parameter through: The newest second that is visible, nil for all.
    func exportEvents(
        from second: Int64,
        limit: Int,
        through: Int64?,
        comments: Bool,
        appendingTo bytes: JSONBytes
    ) -> (JSONBytes, ExportPage) {
        var bytes = bytes
        var page = ExportPage()
        let entries = history.entries()
        var next = entries.start(of: TicketHistory.Entry(key: Self.key(second: second), ordinal: 0))
        let end = through.map { entries.start(of: .init(key: Self.key(second: $0 + 1), ordinal: 0)) } ?? entries.count
        while next < end, page.count < limit {
            let entry = entries[next]
            next += 1
            if page.count > 0 { bytes.raw(",") }
            audit(entry.ticket, Int(entry.ordinal)).appendEvent(comments: comments, to: &bytes)
            page.last = (Int64(entry.second), population.auditID(entry.ticket, Int(entry.ordinal)))
            page.count += 1
        }
        page.isEnd = next >= end
        return (bytes, page)
    }

    func state(ofTicket id: Int64) -> TicketState {
        guard let rows = tables[.tickets]?.rows, id >= 1, id <= Int64(rows.count) else { return .unknown }
        let index = Int(id) - 1
        if rows[index].isDeleted { return .deleted }
        return population.isArchived(index, rows[index]) ? .archived : .live
    }

    /// Appends the audits of a ticket whose ids are above `after`, comma-separated.
    func audits(
        ofTicket id: Int64,
        after: Int64?,
        skip: Int = 0,
        limit: Int,
        appendingTo bytes: JSONBytes
    ) -> (JSONBytes, PlacedPage, total: Int) {
        var bytes = bytes
        var page = PlacedPage()
        let ticket = Int(id) - 1
        let audits = history.audits(ticket)
        for (ordinal, audit) in audits.enumerated().dropFirst(skip) {
            let id = population.auditID(ticket, ordinal)
            if let after, id <= after { continue }
            guard page.count < limit else {
                page.hasMore = true
                break
            }
            if page.count > 0 { bytes.raw(",") }
            AuditRecord(history, ticket, ordinal, audit).appendAudit(to: &bytes)
            page.add(Place(second: Int64(audit.second), id: id))
        }
        return (bytes, page, audits.count)
    }

    /// Appends the metric events after a place, or from a second on, comma-separated.
    func metricEvents(
        from second: Int64,
        after: Place?,
        limit: Int,
        appendingTo bytes: JSONBytes
    ) -> (JSONBytes, PlacedPage) {
        var bytes = bytes
        var page = PlacedPage()
        let entries = metrics.entries(&history)
        var start = MetricLog.Entry(key: Self.key(second: second), ordinal: 0, position: 0)
        if let after {
            let (ticket, ordinal, position) = metrics.place(ofID: after.id)
            let key = Self.key(second: after.second) | UInt64(ticket)
            start = MetricLog.Entry(key: key, ordinal: ordinal, position: position + 1)
        }
        for entry in entries[entries.start(of: start)...] {
            guard page.count < limit else {
                page.hasMore = true
                break
            }
            if page.count > 0 { bytes.raw(",") }
            let id = appendMetricEvent(entry, to: &bytes)
            page.add(Place(second: Int64(entry.second), id: id))
        }
        return (bytes, page)
    }

    /// Which ratings a list is asked for. The seconds bound their creation, both included.
    struct RatingChoice: Sendable {
        var start: Int64?
        var end: Int64?
        var scores: Set<String>?
        var isDescending = false
    }

    /// Appends the ratings after a place, or after so many, comma-separated.
    func ratings(
        _ choice: RatingChoice,
        after: Place?,
        skip: Int = 0,
        limit: Int,
        appendingTo bytes: JSONBytes
    ) -> (JSONBytes, PlacedPage, total: Int) {
        var bytes = bytes
        var page = PlacedPage()
        var total = 0
        guard let tickets = tables[.tickets] else { return (bytes, page, 0) }
        ratings.follow(tickets)
        let order = ratings.order
        for offset in order.indices {
            let key = order[choice.isDescending ? order.count - 1 - offset : offset]
            let (ticket, created) = (Int(key & 0xFFFF_FFFF), Int64(key >> 32))
            if let start = choice.start, created < start { continue }
            if let end = choice.end, created > end { continue }
            if let after {
                let passed = Self.key(second: after.second) | UInt64(ratings.ticket(ofID: after.id))
                guard choice.isDescending ? key < passed : key > passed else { continue }
            }
            guard let rating = ratings.rating(ticket, tickets.rows[ticket]) else { continue }
            if let scores = choice.scores, !scores.contains(rating.score.description) { continue }
            total += 1
            guard total > skip else { continue }
            guard page.count < limit else {
                page.hasMore = true
                continue
            }
            if page.count > 0 { bytes.raw(",") }
            let id = ratings.id(ticket)
            RatingRecord(ticket: ticket, id: id, rating: rating, population: population).append(to: &bytes)
            page.add(Place(second: created, id: id))
        }
        return (bytes, page, total)
    }

    func audit(_ ticket: Int, _ ordinal: Int) -> AuditRecord {
        AuditRecord(history, ticket, ordinal, history.audits(ticket)[ordinal])
    }

    /// Appends a metric event and gives its id.
    func appendMetricEvent(_ entry: MetricLog.Entry, to bytes: inout JSONBytes) -> Int64 {
        let (ticket, ordinal) = (entry.ticket, Int(entry.ordinal))
        let event = metrics.events(ticket, ordinal)[Int(entry.position)]
        let id = metrics.id(ticket, ordinal, Int(entry.position))
        var isDeleted = false
        if event.isBreach {
            // Something happened to the ticket before the breach came about.
            let audits = history.audits(ticket)
            isDeleted = ordinal + 1 < audits.count && audits[ordinal + 1].second <= entry.second
        }
        MetricEventRecord(
            id: id,
            ticketID: population.id(.tickets, ticket),
            event: event,
            second: entry.second,
            isDeleted: isDeleted
        ).append(to: &bytes)
        return id
    }

    private static func key(second: Int64) -> UInt64 { UInt64(UInt32(clamping: second)) << 32 }
}

extension World.PlacedPage {
    mutating func add(_ place: World.Place) {
        if count == 0 { first = place }
        last = place
        count += 1
    }
}
