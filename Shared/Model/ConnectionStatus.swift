/// How a connection stands, in the words that `deskpipe status -o json` has always used.
package struct ConnectionStatus: Hashable, Sendable, Encodable {
    package var tenant: TenantID
    package var connection: ConnectionID
    package var state: State
    /// Since when it is paused.
    package var pausedSince: Timestamp?
    /// Of the last run, or the one under way; nil before the first.
    package var lastStatus: ExtractionReport.Status?
    package var lastStartedAt: Timestamp?
    /// Everything that Zendesk had made visible by then is published, of every stream that is not parked; nil until all
    /// have caught up once.
    package var asOf: Timestamp?
    /// Records published and not loaded yet.
    package var rowsToLoad: Int
    /// When the next scheduled run begins; nil while it is paused, and where the schedule has no more.
    package var nextRun: Timestamp?
    /// The commands that were obeyed last, the newest at the end.
    package var commands: [ConnectionState.ObeyedCommand]

    package enum State: String, Hashable, Sendable, Encodable {
        case idle
        case running
        case paused
    }

    package init(
        tenant: TenantID,
        connection: ConnectionID,
        state: State,
        pausedSince: Timestamp?,
        lastStatus: ExtractionReport.Status?,
        lastStartedAt: Timestamp?,
        asOf: Timestamp?,
        rowsToLoad: Int,
        nextRun: Timestamp?,
        commands: [ConnectionState.ObeyedCommand]
    ) {
        self.tenant = tenant
        self.connection = connection
        self.state = state
        self.pausedSince = pausedSince
        self.lastStatus = lastStatus
        self.lastStartedAt = lastStartedAt
        self.asOf = asOf
        self.rowsToLoad = rowsToLoad
        self.nextRun = nextRun
        self.commands = commands
    }

    enum CodingKeys: String, CodingKey {
        case tenant, connection, state, commands
        case pausedSince = "paused_since"
        case lastStatus = "last_status"
        case lastStartedAt = "last_started_at"
        case asOf = "as_of"
        case rowsToLoad = "rows_to_load"
        case nextRun = "next_run"
    }
}
