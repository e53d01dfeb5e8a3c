/// The satisfaction ratings: some tickets have one, offered when the ticket rests and given later.
struct RatingBook: Sendable {
    struct Rating: Sendable {
        var created: UInt32
        var updated: UInt32
        var score: StaticString
    }

    let population: Population
    private let settings: WorldSettings
    private let end: UInt32
    /// The ratings given since the start: when, and whether they are good.
    private var given: [Int: (second: UInt32, isGood: Bool)] = [:]
    /// Tickets with a rating in the order of its creation: its second, and in the lower half the ticket's index.
    private(set) var order: [UInt64] = []
    private var seen = 0

    init(population: Population, settings: WorldSettings, end: UInt32) {
        self.population = population
        self.settings = settings
        self.end = end
    }

    func id(_ ticket: Int) -> Int64 { 29_013_431_981_588 + Int64(ticket) * 128 }

    func ticket(ofID id: Int64) -> Int { Int(max(0, id - 29_013_431_981_588) / 128) }

    /// Takes in the tickets that were added.
    mutating func follow(_ tickets: Table) {
        guard seen < tickets.rows.count else { return }
        for ticket in seen..<tickets.rows.count {
            guard let rating = rating(ticket, tickets.rows[ticket]) else { continue }
            order.append(UInt64(rating.created) << 32 | UInt64(ticket))
        }
        order.sort()
        seen = tickets.rows.count
    }

    /// The rating of a ticket, if it has one.
    func rating(_ ticket: Int, _ row: Table.Row) -> Rating? {
        var draw = population.ratingDraw(ticket)
        guard draw.chance(settings.ratedPercent) else { return nil }
        let isFirst = ticket < settings.sizes[.tickets] ?? 0
        let created = isFirst ? Table.Row(.tickets, ticket, settings: settings, end: end).updated : row.created
        if let given = given[ticket] {
            return Rating(created: created, updated: given.second, score: given.isGood ? "good" : "bad")
        }
        guard isFirst, draw.chance(50) else { return Rating(created: created, updated: created, score: "offered") }
        let updated = min(end, created + UInt32(draw.below(20 * 86_400)))
        return Rating(created: created, updated: updated, score: draw.chance(80) ? "good" : "bad")
    }

    /// Gives the rating of a ticket, or changes it.
    mutating func give(_ ticket: Int, at second: UInt32, isGood: Bool) {
        given[ticket] = (second, isGood)
    }
}
