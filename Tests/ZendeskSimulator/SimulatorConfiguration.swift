package import Logging
package import Model

/// How a simulator behaves. The defaults are Zendesk's, but for the limits: tests that are about others set them.
package struct SimulatorConfiguration: Sendable {
    package var world: WorldSettings
    package var credentials: Credentials
    package var limits: RateLimits
    /// How long a change stays hidden from the exports, and how old a `start_time` must be. Zero: no such rule.
    package var holdBack: Duration
    /// Paths that are closed, with the status of their refusal: a path (`/api/v2/tickets/5/audits`), an endpoint's with
    /// its placeholders (`/api/v2/tickets/{id}/audits`), or the beginning of some (`/api/v2/help_center/*`).
    package var gates: [String: Int] = [:]
    /// Answers in gzip to a client that accepts it.
    package var compresses = true
    package var clock: any WallClock
    /// On the loopback interface; 0 for any free one.
    package var port = 0
    package var logger: Logger

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
