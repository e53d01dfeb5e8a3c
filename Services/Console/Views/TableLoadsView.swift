package import Model

/// Stitch's "Loading reports by table": the loads of one table that completed on one day.
package struct TableLoadsView: Hashable, Sendable, Encodable {
    package var tenant: TenantID
    package var connection: ConnectionID
    package var table: String
    package var day: Day
    /// Days with a load, the newest first.
    package var days: [Day]
    /// Sums of the whole day.
    package var totals: Totals
    /// By completion, the newest first; at most ``Board/mostLoads``.
    package var loads: [LoadRow]

    package struct Totals: Hashable, Sendable, Encodable {
        package var loads: Int
        package var failed: Int
        package var events: Int
        package var rowsLoaded: Int
        package var subRowsLoaded: Int
        package var rowsRejected: Int

        package init() {
            loads = 0
            failed = 0
            events = 0
            rowsLoaded = 0
            subRowsLoaded = 0
            rowsRejected = 0
        }

        enum CodingKeys: String, CodingKey {
            case loads, failed, events
            case rowsLoaded = "rows_loaded"
            case subRowsLoaded = "subrows_loaded"
            case rowsRejected = "rows_rejected"
        }
    }

    package init(
        tenant: TenantID,
        connection: ConnectionID,
        table: String,
        day: Day,
        days: [Day],
        totals: Totals,
        loads: [LoadRow]
    ) {
        self.tenant = tenant
        self.connection = connection
        self.table = table
        self.day = day
        self.days = days
        self.totals = totals
        self.loads = loads
    }
}

/// One load of a table.
package struct LoadRow: Hashable, Sendable, Encodable {
    package var startedAt: Timestamp
    package var completedAt: Timestamp
    package var durationMilliseconds: Int64
    package var status: LoadingReport.Status
    /// The destination's own words.
    package var error: String?
    package var maxBookmark: LoadingReport.MaxBookmark?
    package var rowsLoaded: Int
    package var rowsRejected: Int
    /// True where rejected records were loaded again.
    package var isReplay: Bool

    enum CodingKeys: String, CodingKey {
        case status, error
        case startedAt = "started_at"
        case completedAt = "completed_at"
        case durationMilliseconds = "duration_ms"
        case maxBookmark = "max_bookmark"
        case rowsLoaded = "rows_loaded"
        case rowsRejected = "rows_rejected"
        case isReplay = "replay"
    }
}
