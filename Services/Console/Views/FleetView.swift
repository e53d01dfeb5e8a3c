package import Model

/// All connections: those that need a person first.
package struct FleetView: Hashable, Sendable, Encodable {
    /// When this was so.
    package var at: Timestamp
    /// How many of the connections shown stand how; what none does is absent.
    package var standings: [Standing: Int]
    package var connections: [ConnectionRow]
    /// All tenants that have a connection, also where only one of them is shown.
    package var tenants: [TenantID]

    package init(at: Timestamp, standings: [Standing: Int], connections: [ConnectionRow], tenants: [TenantID]) {
        self.at = at
        self.standings = standings
        self.connections = connections
        self.tenants = tenants
    }
}

/// One connection as a line of a list. Its JSON has the keys of ``ConnectionStatus`` and these besides.
package struct ConnectionRow: Hashable, Sendable, Encodable {
    /// What `deskpipe status -o json` has always told; its keys are on the same level.
    package var status: ConnectionStatus
    package var name: String
    package var source: Source
    package var schema: SchemaName
    package var origin: ConnectionDefinition.Origin
    package var standing: Standing
    /// Why it stands so where that needs a person, in words.
    package var problem: String?
    package var freshness: FreshnessView
    /// Rows and sub-rows loaded since 00:00 UTC.
    package var rowsToday: Int
    /// Records rejected since 00:00 UTC.
    package var rejectedToday: Int
    package var lastLoad: LastLoad?
    /// The run under way.
    package var progress: RunProgressView?
    /// How many alerts are open.
    package var alerts: Int

    package var key: ConnectionKey { ConnectionKey(tenant: status.tenant, connection: status.connection) }

    /// True where no run goes on, and what the first ones brought is still to be loaded.
    package var isLoading: Bool { standing == .running && progress == nil }

    /// The newest load that succeeded.
    package struct LastLoad: Hashable, Sendable, Encodable {
        package var at: Timestamp
        package var table: String
        package var rowsLoaded: Int

        package init(at: Timestamp, table: String, rowsLoaded: Int) {
            self.at = at
            self.table = table
            self.rowsLoaded = rowsLoaded
        }

        enum CodingKeys: String, CodingKey {
            case at, table
            case rowsLoaded = "rows_loaded"
        }
    }

    package init(
        status: ConnectionStatus,
        definition: ConnectionDefinition,
        standing: Standing,
        problem: String?,
        freshness: FreshnessView,
        rowsToday: Int,
        rejectedToday: Int,
        lastLoad: LastLoad?,
        progress: RunProgressView?,
        alerts: Int
    ) {
        self.status = status
        name = definition.name
        source = definition.source
        schema = definition.schema
        origin = definition.origin
        self.standing = standing
        self.problem = problem
        self.freshness = freshness
        self.rowsToday = rowsToday
        self.rejectedToday = rejectedToday
        self.lastLoad = lastLoad
        self.progress = progress
        self.alerts = alerts
    }

    enum CodingKeys: String, CodingKey {
        case name, source, schema, origin, standing, problem, freshness, progress, alerts
        case rowsToday = "rows_today"
        case rejectedToday = "rejected_today"
        case lastLoad = "last_load"
    }

    package func encode(to encoder: any Encoder) throws {
        try status.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(source, forKey: .source)
        try container.encode(schema, forKey: .schema)
        try container.encode(origin, forKey: .origin)
        try container.encode(standing, forKey: .standing)
        try container.encodeIfPresent(problem, forKey: .problem)
        try container.encode(freshness, forKey: .freshness)
        try container.encode(rowsToday, forKey: .rowsToday)
        try container.encode(rejectedToday, forKey: .rejectedToday)
        try container.encodeIfPresent(lastLoad, forKey: .lastLoad)
        try container.encodeIfPresent(progress, forKey: .progress)
        try container.encode(alerts, forKey: .alerts)
    }
}

/// How old what is loaded is, against what the schedule allows: twice the interval and 10 minutes.
package struct FreshnessView: Hashable, Sendable, Encodable {
    /// Everything that Zendesk had made visible by then is published, of every stream that is read; nil until all have
    /// caught up once.
    package var asOf: Timestamp?
    /// And is loaded.
    package var loadedAsOf: Timestamp?
    /// How old ``loadedAsOf`` is.
    package var ageSeconds: Int64?
    package var allowedSeconds: Int64
    /// Streams whose load is older than their own schedule allows.
    package var lateStreams: [StreamName]

    package init(
        asOf: Timestamp?,
        loadedAsOf: Timestamp?,
        ageSeconds: Int64?,
        allowedSeconds: Int64,
        lateStreams: [StreamName]
    ) {
        self.asOf = asOf
        self.loadedAsOf = loadedAsOf
        self.ageSeconds = ageSeconds
        self.allowedSeconds = allowedSeconds
        self.lateStreams = lateStreams
    }

    enum CodingKeys: String, CodingKey {
        case asOf = "as_of"
        case loadedAsOf = "loaded_as_of"
        case ageSeconds = "age_seconds"
        case allowedSeconds = "allowed_seconds"
        case lateStreams = "late_streams"
    }
}

/// A run under way in a line.
package struct RunProgressView: Hashable, Sendable, Encodable {
    package var run: RunID
    package var trigger: ExtractionReport.Trigger
    package var startedAt: Timestamp
    package var records: Int
    package var requests: Int
    /// Streams that have come to their end, in one way or another.
    package var streamsDone: Int
    package var streams: Int
    /// 0 to 1: the mean over its streams.
    package var fraction: Double
    /// The latest of its streams' estimates; nil where none can tell.
    package var estimatedEnd: Timestamp?
    /// A wait, for Zendesk's rate limit say, with its end.
    package var waiting: ReportedWait?
    package var throttledSeconds: Double

    package init(
        run: RunID,
        trigger: ExtractionReport.Trigger,
        startedAt: Timestamp,
        records: Int,
        requests: Int,
        streamsDone: Int,
        streams: Int,
        fraction: Double,
        estimatedEnd: Timestamp?,
        waiting: ReportedWait?,
        throttledSeconds: Double
    ) {
        self.run = run
        self.trigger = trigger
        self.startedAt = startedAt
        self.records = records
        self.requests = requests
        self.streamsDone = streamsDone
        self.streams = streams
        self.fraction = fraction
        self.estimatedEnd = estimatedEnd
        self.waiting = waiting
        self.throttledSeconds = throttledSeconds
    }

    enum CodingKeys: String, CodingKey {
        case run, trigger, records, requests, streams, fraction, waiting
        case startedAt = "started_at"
        case streamsDone = "streams_done"
        case estimatedEnd = "estimated_end"
        case throttledSeconds = "throttled_seconds"
    }
}
