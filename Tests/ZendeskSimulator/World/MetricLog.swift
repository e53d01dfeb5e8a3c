/// The tickets' metric events, in the order of their time.
///
/// Each audit brings some. The breach of a target is put down when the target is set, with the time when it will come
/// about; what happens to the ticket before then calls it off, and the event stays, marked as deleted.
struct MetricLog: Sendable {
    /// The place of a metric event among all: its time, then its id.
    struct Entry: Sendable, Comparable {
        /// Its second, and in the lower half its ticket's index.
        var key: UInt64
        var ordinal: UInt32
        var position: UInt32

        var second: UInt32 { UInt32(key >> 32) }
        var ticket: Int { Int(key & 0xFFFF_FFFF) }

        static func < (left: Entry, right: Entry) -> Bool {
            (left.key, left.ordinal, left.position) < (right.key, right.ordinal, right.position)
        }
    }

    /// What one event says.
    struct Event: Sendable {
        var metric: StaticString
        var type: StaticString
        /// Seconds from the audit; breaches lie ahead, some events are put down late.
        var offset: Int = 0
        var isBreach = false
    }

    let population: Population
    private var order: [Entry]?
    /// How many audits have been taken in.
    private var seen = 0

    init(population: Population) {
        self.population = population
    }

    /// Every metric event in the order of time.
    mutating func entries(_ history: inout TicketHistory) -> [Entry] {
        let audits = history.entries()
        if seen < audits.count || order == nil {
            // Audits are only ever added after all that were there.
            var all = order ?? []
            for audit in audits.dropFirst(seen) {
                for (position, event) in events(audit.ticket, Int(audit.ordinal)).enumerated() {
                    let second = UInt32(clamping: Int(audit.second) + event.offset)
                    let key = UInt64(second) << 32 | UInt64(audit.ticket)
                    all.append(Entry(key: key, ordinal: audit.ordinal, position: UInt32(position)))
                }
            }
            all.sort()
            order = all
            seen = audits.count
        }
        return order ?? []
    }

    func id(_ ticket: Int, _ ordinal: Int, _ position: Int) -> Int64 {
        54_337_000_000_000 + (Int64(ticket) * 4096 + Int64(ordinal)) * 8 + Int64(position)
    }

    /// The ticket, audit and position that an id stands for; of the event before it where it is none.
    func place(ofID id: Int64) -> (ticket: Int, ordinal: UInt32, position: UInt32) {
        let number = max(0, id - 54_337_000_000_000)
        return (Int(number / 8 / 4096), UInt32(number / 8 % 4096), UInt32(number % 8))
    }

    /// The metric events that an audit brings.
    func events(_ ticket: Int, _ ordinal: Int) -> [Event] {
        var draw = population.metricDraw(ticket, ordinal)
        let breach = Event(metric: "reply_time", type: "breach", offset: 20 + draw.below(160), isBreach: true)
        guard ordinal > 0 else {
            let first = [
                Event(metric: "agent_work_time", type: "activate"), Event(metric: "reply_time", type: "activate"),
                Event(metric: "reply_time", type: "apply_sla"),
            ]
            return draw.chance(30) ? first + [breach] : first
        }
        var events = [Event(metric: "requester_wait_time", type: draw.chance(50) ? "measure" : "pause")]
        if draw.chance(60) {
            events.append(Event(metric: "reply_time", type: "update_status", offset: draw.chance(20) ? -30 : 0))
        }
        if draw.chance(20) { events.append(breach) }
        return events
    }
}
