/// How a connection stands, out of what the topics say of it. Pure: the console and `deskpipe status` show the same.
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

    /// - Parameters:
    ///   - report: of the newest run, ended or under way.
    ///   - counts: over all runs and batches that the topics still have.
    package init(
        _ definition: ConnectionDefinition,
        state: ConnectionState?,
        report: ExtractionReport?,
        counts: LoadCounts,
        now: Timestamp
    ) {
        tenant = definition.tenant
        connection = definition.id
        pausedSince = state?.pausedSince
        lastStatus = report?.status
        lastStartedAt = report?.startedAt
        self.state = report?.status == .running ? .running : pausedSince == nil ? .idle : .paused
        let read = report?.streams.filter { $0.status != .parked } ?? []
        asOf = read.contains { $0.asOf == nil } ? nil : read.compactMap(\.asOf).min()
        rowsToLoad = counts.rowsToLoad
        commands = state?.commands ?? []
        nextRun = (state ?? ConnectionState()).nextSlot(of: definition, at: now)
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

/// What a connection's reports say was published and loaded; each counts once, however often it comes.
package struct LoadCounts: Hashable, Sendable {
    private var published: [RunID: Int] = [:]
    private var loaded = 0
    private var seen: Set<String> = []

    package init() {}

    /// A run's report, so far or final.
    package mutating func add(_ report: ExtractionReport) {
        let records = report.streams.reduce(0) { $0 + $1.records }
        published[report.run] = max(published[report.run] ?? 0, records)
    }

    package mutating func add(_ report: LoadingReport) {
        guard report.status == .succeeded, seen.insert(report.id).inserted else { return }
        loaded += report.events
    }

    package var rowsToLoad: Int { max(0, published.values.reduce(0, +) - loaded) }
}
