package import Logging
package import Messaging
package import Model

/// What the runs of a process share.
package struct ExtractorEnvironment: Sendable {
    package var access: ZendeskAccess
    package var transport: any Transport
    package var namespace: Namespace
    /// The process's idempotent producer, for reports.
    package var reports: any MessageProducer
    package var logger: Logger
    /// The most records that are asked for per page: a run holds one page of each stream in memory.
    package var largestPage: Int

    package var clock: any WallClock { access.clock }

    package init(
        access: ZendeskAccess,
        transport: any Transport,
        namespace: Namespace,
        reports: any MessageProducer,
        logger: Logger,
        largestPage: Int = 1000
    ) {
        self.access = access
        self.transport = transport
        self.namespace = namespace
        self.reports = reports
        self.logger = logger
        self.largestPage = largestPage
    }
}
