import Model

/// What reading an account's whole history will take: the slowest of its request budgets, and the transfer.
/// Formula: docs/limits.md.
package struct HistoryEstimate: Hashable, Sendable {
    /// How much there is, and which of it is read.
    package struct Volume: Hashable, Sendable {
        package var tickets: Int
        package var users: Int
        package var readsTicketEvents: Bool
        package var readsMetricEvents: Bool
        package var readsAuditsExactly: Bool

        package init(
            tickets: Int,
            users: Int,
            readsTicketEvents: Bool,
            readsMetricEvents: Bool,
            readsAuditsExactly: Bool
        ) {
            self.tickets = tickets
            self.users = users
            self.readsTicketEvents = readsTicketEvents
            self.readsMetricEvents = readsMetricEvents
            self.readsAuditsExactly = readsAuditsExactly
        }
    }

    /// Requests a minute.
    package struct Limits: Hashable, Sendable {
        package var account: Double
        package var exports: Double
        package var users: Double
        package var audits: Double

        package init(account: Double, exports: Double = 10, users: Double = 20, audits: Double = 500) {
            self.account = account
            self.exports = exports
            self.users = users
            self.audits = audits
        }
    }

    /// What a usual ticket has.
    private static let eventsPerTicket = 10
    private static let metricEventsPerTicket = 20
    private static let exportPage = 1000
    private static let listPage = 100
    /// Bytes of an answer, by record, and what a connection brings in a second.
    private static let ticketBytes = 5000
    private static let eventBytes = 1000
    private static let metricEventBytes = 300
    private static let userBytes = 1500
    private static let bytesPerSecond = 4_000_000

    /// Everything but audits.
    package let main: Duration
    /// Audits, read in the background with what the main part leaves; nil where they are not read ticket by ticket.
    package let audits: Duration?

    package init(_ volume: Volume, limits: Limits) {
        let events = volume.readsTicketEvents ? volume.tickets * Self.eventsPerTicket : 0
        let metricEvents = volume.readsMetricEvents ? volume.tickets * Self.metricEventsPerTicket : 0
        let exports = Self.requests(volume.tickets, Self.exportPage) + Self.requests(events, Self.exportPage)
        let users = Self.requests(volume.users, Self.exportPage)
        let lists = Self.requests(metricEvents, Self.listPage)
        let minutes = [
            Double(exports) / limits.exports, Double(users) / limits.users,
            Double(exports + users + lists) / limits.account,
        ]
        let bytes =
            volume.tickets * Self.ticketBytes + events * Self.eventBytes + metricEvents * Self.metricEventBytes
            + volume.users * Self.userBytes
        main = .seconds(60 * (minutes.max() ?? 0) + Double(bytes) / Double(Self.bytesPerSecond))
        audits =
            volume.readsAuditsExactly
            ? .seconds(60 * Double(volume.tickets) / min(limits.audits, limits.account)) : nil
    }

    private static func requests(_ records: Int, _ page: Int) -> Int { (records + page - 1) / page }
}
