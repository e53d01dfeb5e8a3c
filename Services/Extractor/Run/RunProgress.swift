package import Model

/// How far a run is: told after each page and around each wait.
package struct RunProgress: Sendable {
    package var report: ExtractionReport
    /// The wait that ends first of those under way.
    package var waiting: Wait?

    /// A stream waits, for Zendesk or for the log.
    package struct Wait: Hashable, Sendable {
        package var until: Timestamp
        /// In words for people.
        package var reason: String
        /// Counted as throttled time in the report.
        package var isRateLimit: Bool

        package init(until: Timestamp, reason: String, isRateLimit: Bool) {
            self.until = until
            self.reason = reason
            self.isRateLimit = isRateLimit
        }
    }

    package init(report: ExtractionReport, waiting: Wait?) {
        self.report = report
        self.waiting = waiting
    }
}
