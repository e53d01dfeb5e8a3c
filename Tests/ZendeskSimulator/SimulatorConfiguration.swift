package import Logging
package import Model

/// How a simulator behaves. The defaults are Zendesk's, but for the limits: tests that are about others set them.
package struct SimulatorConfiguration: Sendable {
    package var world: WorldSettings
    package var lists = ListSettings()
    package var chat = ChatSettings()
    package var credentials: Credentials
    package var limits: RateLimits
    /// How long a change stays hidden from the exports, and how old a `start_time` must be. Zero: no such rule.
    package var holdBack: Duration
    /// Paths that are closed, with the status of their refusal: a path (`/api/v2/tickets/5/audits`), an endpoint's with
    /// its placeholders (`/api/v2/tickets/{id}/audits`), or the beginning of some (`/api/v2/help_center/*`).
    package var gates: [String: Int] = [:]
    /// The largest page of metric events by cursor: 100 as documented, or up to 1000 as some accounts have it.
    package var largestMetricPage = 100
    /// The most records that a page of an export holds, whatever is asked for: fewer than Zendesk's 1,000 make many pages
    /// of a small account.
    package var largestExportPage = 1000
    /// Records that change while they are read.
    package var changes: PageChanges?
    /// Answers in gzip to a client that accepts it.
    package var compresses = true
    package var clock: any WallClock
    /// The answers' `Date` is this clock's. Without it, and in answers of the server itself, it is this machine's.
    package var datesByItsClock = true
    /// On the loopback interface; 0 for any free one.
    package var port = 0
    package var logger: Logger

    /// A change of the world after every so many pages of any export.
    package struct PageChanges: Sendable {
        package var every: Int
        package var most: Int
        package var change: WorldChange

        package init(every: Int = 1, most: Int = 10, change: WorldChange) {
            self.every = every
            self.most = most
            self.change = change
        }
    }

    package init(
        world: WorldSettings = WorldSettings(),
        credentials: Credentials = Credentials(),
        limits: RateLimits = RateLimits(),
        holdBack: Duration = .seconds(60),
        clock: any WallClock = ServerClock(),
        logger: Logger = Logger(label: "zendesk-simulator", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
        self.world = world
        self.credentials = credentials
        self.limits = limits
        self.holdBack = holdBack
        self.clock = clock
        self.logger = logger
    }
}
