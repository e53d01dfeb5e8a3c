package import Model

/// Decides when a run's report so far goes to `{ns}.progress`: at once when it begins, then every few seconds while
/// something changes or it waits, and when it has ended.
package struct ProgressPublisher: Sendable {
    /// Less than the five seconds promised by what a look for something due may be late.
    package static let interval = Duration.seconds(4)

    private var latest: ExtractionReport?
    private var hasChanged = false
    private var publishedAt: Timestamp?

    package init() {}

    /// Takes what the run's ledger tells.
    package mutating func note(_ progress: RunProgress) {
        var report = progress.report
        report.waiting = progress.waiting.map { ReportedWait(until: $0.until, reason: $0.reason) }
        hasChanged = hasChanged || report != latest
        latest = report
    }

    /// The report to publish now; nil where none is due.
    package mutating func due(at now: Timestamp) -> ExtractionReport? {
        guard let report = latest, hasChanged || report.waiting != nil else { return nil }
        if let publishedAt, report.status == .running, now - publishedAt < Self.interval { return nil }
        hasChanged = false
        publishedAt = now
        return report
    }

    /// What was due has not been published.
    package mutating func putBack() {
        hasChanged = true
        publishedAt = nil
    }
}
