/// One connection as `{ns}.connections` holds it: what to read, from where, how often, into what.
package struct ConnectionDefinition: Hashable, Sendable, Codable {
    package var version = 1
    package var tenant: TenantID
    package var id: ConnectionID
    /// The name that people gave; names the schema unless ``schema`` is set.
    package var name: String
    package var schema: SchemaName
    package var source: Source
    /// The site prefix: `acme` for acme.zendesk.com.
    package var subdomain: SitePrefix
    package var auth: Authentication
    /// Records older than this are not asked for; midnight UTC.
    package var startDate: Timestamp
    package var schedule: Schedule
    package var streams: StreamSelection
    /// By stream, paths that are cut out of each record before it is published.
    package var excludedColumns: [StreamName: [String]]
    /// The share of the account's request budget that Deskpipe may use, 0 to 1.
    package var rateShare: Double
    /// Streams' own intervals in seconds, instead of the catalogue's.
    package var intervals: [StreamName: Int64]?
    /// Streams' own schedules, instead of the connection's.
    package var schedules: [StreamName: Schedule]?
    /// Where ticket_audits come from; nil: ``Audits/exact``.
    package var audits: Audits?
    package var marketplace: Marketplace?
    /// A name of the configuration's `destinations`; nil for its `destination`.
    package var destination: String?
    /// A loopback URL that stands in for `https://<subdomain>.zendesk.com`; tests and the demo only.
    package var endpoint: String?
    package var origin: Origin
    package var deletedAt: Timestamp?

    /// What is left to the owner's other apps is the rest.
    package static let usualRateShare = 0.8

    package var key: ConnectionKey { ConnectionKey(tenant: tenant, connection: id) }

    /// Which master may change this connection.
    package enum Origin: String, Hashable, Sendable, Codable {
        case file
        case console
    }

    /// How ticket_audits are read.
    package enum Audits: String, Hashable, Sendable, Codable, CaseIterable {
        /// Ticket by ticket, complete.
        case exact
        /// Out of the export of ticket events.
        case fast
    }

    package init(
        tenant: TenantID,
        id: ConnectionID,
        name: String,
        schema: SchemaName,
        source: Source,
        subdomain: SitePrefix,
        auth: Authentication,
        startDate: Timestamp,
        schedule: Schedule = Schedule(),
        streams: StreamSelection = StreamSelection(),
        excludedColumns: [StreamName: [String]] = [:],
        rateShare: Double = ConnectionDefinition.usualRateShare,
        intervals: [StreamName: Int64]? = nil,
        schedules: [StreamName: Schedule]? = nil,
        audits: Audits? = nil,
        marketplace: Marketplace? = nil,
        destination: String? = nil,
        endpoint: String? = nil,
        origin: Origin = .file
    ) {
        self.tenant = tenant
        self.id = id
        self.name = name
        self.schema = schema
        self.source = source
        self.subdomain = subdomain
        self.auth = auth
        self.startDate = startDate
        self.schedule = schedule
        self.streams = streams
        self.excludedColumns = excludedColumns
        self.rateShare = rateShare
        self.intervals = intervals
        self.schedules = schedules
        self.audits = audits
        self.marketplace = marketplace
        self.destination = destination
        self.endpoint = endpoint
        self.origin = origin
    }

    enum CodingKeys: String, CodingKey {
        case version, tenant, id, name, schema, source, subdomain, auth, schedule, streams, marketplace, destination
        case endpoint, origin, intervals, schedules, audits
        case startDate = "start_date"
        case excludedColumns = "excluded_columns"
        case rateShare = "rate_share"
        case deletedAt = "deleted_at"
    }
}

/// Which streams are read: the defaults of the source or those named, less those excluded.
package struct StreamSelection: Hashable, Sendable, Codable {
    /// Names, or `*`. Nil: Stitch's tables of the source.
    package var include: [String]?
    package var exclude: [String]

    package init(include: [String]? = nil, exclude: [String] = []) {
        self.include = include
        self.exclude = exclude
    }
}

/// Sent as `X-Zendesk-Marketplace-*` by those who serve others' accounts.
package struct Marketplace: Hashable, Sendable, Codable {
    package var name: String
    package var organizationID: String
    package var appID: String

    package init(name: String, organizationID: String, appID: String) {
        self.name = name
        self.organizationID = organizationID
        self.appID = appID
    }

    enum CodingKeys: String, CodingKey {
        case name
        case organizationID = "organization_id"
        case appID = "app_id"
    }
}
