/// What happened to the tickets: one audit for each version of each, and for a redaction that makes no version.
///
/// The audits of the start follow from the settings; only what happens later is kept.
struct TicketHistory: Sendable {
    enum Kind: Sendable {
        case change
        case deletion
        /// The comment of the audit with this ordinal lost its text.
        case redaction(of: Int)
        /// The comment of the audit with this ordinal is no longer public.
        case privacy(of: Int)
    }

    struct Audit: Sendable {
        /// Seconds since 1970.
        var second: UInt32
        var kind: Kind
    }

    /// The place of an audit among all.
    struct Entry: Sendable, Comparable {
        /// Its second, and in the lower half its ticket's index.
        var key: UInt64
        var ordinal: UInt32

        var second: UInt32 { UInt32(key >> 32) }
        var ticket: Int { Int(key & 0xFFFF_FFFF) }

        static func < (left: Entry, right: Entry) -> Bool { (left.key, left.ordinal) < (right.key, right.ordinal) }
    }

    let population: Population
    private let settings: WorldSettings
    private let end: UInt32
    private let firstCount: Int
    private var later: [Int: [Audit]] = [:]
    /// Every audit in the order of time; nil until it is asked for.
    private var order: [Entry]?
    private var isSorted = true
    /// The time of the newest audit since the start.
    private(set) var latest: UInt32 = 0

    init(population: Population, settings: WorldSettings, end: UInt32) {
        self.population = population
        self.settings = settings
        self.end = end
        firstCount = settings.sizes[.tickets] ?? 0
    }

    /// Puts down what happened to a ticket.
    mutating func add(_ ticket: Int, at second: UInt32, _ kind: Kind) {
        if order != nil {
            let ordinal = UInt32(audits(ticket).count)
            order?.append(Entry(key: UInt64(second) << 32 | UInt64(ticket), ordinal: ordinal))
            isSorted = false
        }
        later[ticket, default: []].append(Audit(second: second, kind: kind))
        latest = max(latest, second)
    }

    /// A ticket's audits, oldest first.
    func audits(_ ticket: Int) -> [Audit] { first(ticket) + (later[ticket] ?? []) }

    /// Whether a comment was redacted, and whether it was made private, since it was written.
    func fate(ofComment ordinal: Int, _ ticket: Int) -> (isRedacted: Bool, isPrivate: Bool) {
        var fate = (isRedacted: false, isPrivate: false)
        for audit in later[ticket] ?? [] {
            switch audit.kind {
            case .redaction(ordinal): fate.isRedacted = true
            case .privacy(ordinal): fate.isPrivate = true
            default: break
            }
        }
        return fate
    }

    /// Every audit in the order of time.
    mutating func entries() -> [Entry] {
        if order == nil {
            var all: [Entry] = []
            for ticket in 0..<firstCount { append(ticket, first(ticket), from: 0, to: &all) }
            for (ticket, audits) in later { append(ticket, audits, from: first(ticket).count, to: &all) }
            order = all
            isSorted = false
        }
        if !isSorted {
            order?.sort()
            isSorted = true
        }
        return order ?? []
    }

    private func append(_ ticket: Int, _ audits: [Audit], from ordinal: Int, to all: inout [Entry]) {
        for (offset, audit) in audits.enumerated() {
            all.append(
                Entry(key: UInt64(audit.second) << 32 | UInt64(ticket), ordinal: UInt32(ordinal + offset))
            )
        }
    }

    /// The audits that a ticket had at the start: the first when it was made, the last when it was changed last.
    private func first(_ ticket: Int) -> [Audit] {
        guard ticket < firstCount else { return [] }
        let row = Table.Row(.tickets, ticket, settings: settings, end: end)
        var draw = population.historyDraw(ticket)
        var count = 1 + draw.below(2 * settings.auditsPerTicket - 1)
        if ticket < settings.longTickets { count = settings.auditsOfLongTickets }
        if row.generated > row.created { count = max(2, count) }
        var seconds = (0..<count).map { _ in row.created + UInt32(draw.below(Int(row.generated - row.created) + 1)) }
        seconds.sort()
        seconds[0] = row.created
        seconds[count - 1] = row.generated
        var audits = seconds.map { Audit(second: $0, kind: .change) }
        if row.isDeleted { audits[count - 1].kind = .deletion }
        return audits
    }
}

extension Array where Element: Comparable {
    /// Where the elements that are not less than `element` begin in a sorted array.
    func start(of element: Element) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
