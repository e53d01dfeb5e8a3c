package import Model

/// One connection whole: Stitch's summary, the run in progress, its streams, and what is wrong.
package struct ConnectionView: Hashable, Sendable, Encodable {
    package var at: Timestamp
    package var connection: ConnectionRow
    package var extraction: ExtractionSummary
    package var loading: LoadingSummary
    /// Selected streams in the catalogue's order.
    package var streams: [StreamRow]
    /// Open ones, the worst first.
    package var alerts: [Alert]

    package init(
        at: Timestamp,
        connection: ConnectionRow,
        extraction: ExtractionSummary,
        loading: LoadingSummary,
        streams: [StreamRow],
        alerts: [Alert]
    ) {
        self.at = at
        self.connection = connection
        self.extraction = extraction
        self.loading = loading
        self.streams = streams
        self.alerts = alerts
    }

    /// What Stitch shows as "extracted".
    package struct ExtractionSummary: Hashable, Sendable, Encodable {
        /// Of the last run that has ended; nil before the first.
        package var lastRun: RunRow?
        /// When the next scheduled run begins.
        package var nextRun: Timestamp?
        package var pausedSince: Timestamp?
        /// A run that a person asked for and that has not come to its end.
        package var isAsked: Bool

        package init(lastRun: RunRow?, nextRun: Timestamp?, pausedSince: Timestamp?, isAsked: Bool) {
            self.lastRun = lastRun
            self.nextRun = nextRun
            self.pausedSince = pausedSince
            self.isAsked = isAsked
        }

        enum CodingKeys: String, CodingKey {
            case lastRun = "last_run"
            case nextRun = "next_run"
            case pausedSince = "paused_since"
            case isAsked = "asked"
        }
    }

    /// What Stitch shows as "preparing" and "loaded".
    package struct LoadingSummary: Hashable, Sendable, Encodable {
        /// Records published and not loaded yet.
        package var rowsToLoad: Int
        /// The tables that wait for some of them.
        package var tablesToLoad: [String]
        /// Rows and sub-rows since 00:00 UTC.
        package var rowsToday: Int
        package var lastLoad: ConnectionRow.LastLoad?

        package init(rowsToLoad: Int, tablesToLoad: [String], rowsToday: Int, lastLoad: ConnectionRow.LastLoad?) {
            self.rowsToLoad = rowsToLoad
            self.tablesToLoad = tablesToLoad
            self.rowsToday = rowsToday
            self.lastLoad = lastLoad
        }

        enum CodingKeys: String, CodingKey {
            case rowsToLoad = "rows_to_load"
            case tablesToLoad = "tables_to_load"
            case rowsToday = "rows_today"
            case lastLoad = "last_load"
        }
    }
}

/// One stream of a connection.
package struct StreamRow: Hashable, Sendable, Encodable {
    package var stream: StreamName
    /// Of the run under way, else of the last one; nil where no run has had this stream yet.
    package var status: StreamReport.Status?
    /// Why it is not caught up, in words.
    package var reason: String?
    /// What to do about it.
    package var hint: String?
    /// Since when Zendesk refuses it.
    package var parkedSince: Timestamp?
    package var asOf: Timestamp?
    package var loadedAsOf: Timestamp?
    package var isLate: Bool
    /// Published by that run.
    package var records: Int
    package var rejected: Int
    package var requests: Int
    package var rowsToLoad: Int
    /// Of a read under way that takes several pages.
    package var progress: StreamProgress?
    package var bookmark: String?

    package init(_ stream: StreamName) {
        self.stream = stream
        isLate = false
        records = 0
        rejected = 0
        requests = 0
        rowsToLoad = 0
    }

    enum CodingKeys: String, CodingKey {
        case stream, status, reason, hint, records, rejected, requests, progress, bookmark
        case parkedSince = "parked_since"
        case asOf = "as_of"
        case loadedAsOf = "loaded_as_of"
        case isLate = "late"
        case rowsToLoad = "rows_to_load"
    }
}
