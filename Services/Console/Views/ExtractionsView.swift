package import Model

/// The runs that began on one day.
package struct ExtractionsView: Hashable, Sendable, Encodable {
    package var tenant: TenantID
    package var connection: ConnectionID
    package var day: Day
    /// Days with a run, the newest first.
    package var days: [Day]
    /// By start, the oldest first; one under way among them.
    package var runs: [RunRow]

    package init(tenant: TenantID, connection: ConnectionID, day: Day, days: [Day], runs: [RunRow]) {
        self.tenant = tenant
        self.connection = connection
        self.day = day
        self.days = days
        self.runs = runs
    }
}

/// One run in a line.
package struct RunRow: Hashable, Sendable, Encodable {
    package var run: RunID
    package var trigger: ExtractionReport.Trigger
    package var status: ExtractionReport.Status
    package var startedAt: Timestamp
    /// Nil while it runs.
    package var completedAt: Timestamp?
    package var durationSeconds: Double?
    package var records: Int
    package var rejected: Int
    package var requests: Int
    package var throttledSeconds: Double
    /// Slots of the schedule before it that had no run, because the run before took longer.
    package var skippedSlots: Int
    /// What ended the whole run.
    package var error: RunFailure?
    /// Streams that failed or are parked, or that have more to read.
    package var troubles: [Trouble]

    /// A stream that has not caught up.
    package struct Trouble: Hashable, Sendable, Encodable {
        package var stream: StreamName
        package var status: StreamReport.Status
        package var reason: String?
        package var hint: String?

        package init(_ report: StreamReport) {
            stream = report.stream
            status = report.status
            reason = report.reason
            hint = report.hint
        }
    }

    enum CodingKeys: String, CodingKey {
        case run, trigger, status, records, rejected, requests, error, troubles
        case startedAt = "started_at"
        case completedAt = "completed_at"
        case durationSeconds = "duration_seconds"
        case throttledSeconds = "throttled_seconds"
        case skippedSlots = "skipped_slots"
    }
}
