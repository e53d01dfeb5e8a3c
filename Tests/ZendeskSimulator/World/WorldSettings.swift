package import Model

/// What the simulated account holds before anything changes. The same settings give the same records, byte for byte.
package struct WorldSettings: Sendable {
    package var seed: UInt64
    /// How many records each stream starts with; a stream left out gets its share of the number of tickets.
    package var sizes: [SimulatedStream: Int]
    /// How many records of a stream carry one and the same second as their time of change.
    package var inOneSecond: [SimulatedStream: Int] = [:]
    /// The records were made and changed in the year before this. Nil: two minutes before the simulator's start.
    package var end: Timestamp?
    /// Of the records' own `url` fields; the links that lead from page to page follow the request's host.
    package var subdomain = "acme"
    /// Of a hundred records at the start, how many are deleted. The first record of each stream never is.
    package var deletedPercent = 3

    /// How many audits a ticket has at the start, on average.
    package var auditsPerTicket = 3
    /// How many of the first tickets have ``auditsOfLongTickets`` instead: more than a page of them.
    package var longTickets = 0
    package var auditsOfLongTickets = 250
    /// Of a hundred tickets, how many have a satisfaction rating.
    package var ratedPercent = 30
    /// Records say what few programs expect: NUL, numbers beyond 2^53, members that change their type, a megabyte.
    package var isOdd = false

    package init(seed: UInt64 = 1, tickets: Int = 2000, sizes: [SimulatedStream: Int] = [:], end: Timestamp? = nil) {
        self.seed = seed
        self.end = end
        self.sizes = [
            .tickets: tickets, .users: tickets / 4 + 1, .organizations: tickets / 20 + 1, .groups: 12,
        ]
        self.sizes.merge(sizes) { _, given in given }
    }
}
