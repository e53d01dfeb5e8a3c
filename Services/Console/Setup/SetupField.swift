/// What is asked to make or change a connection, by the names that fields of forms and flags of commands have too.
package enum SetupField: String, Hashable, Sendable, Codable, CaseIterable {
    case source
    case subdomain
    case tenant
    case connection
    case name
    case schema
    case way = "auth"
    case clientID = "client_id"
    case clientSecret = "client_secret"
    case email
    case token
    case startDate = "start_date"
    case frequency
    case every
    case anchor
    case cron
    case streams
    case columns

    /// True for what is kept apart from the definition, which has a reference to it.
    package var isSecret: Bool {
        switch self {
        case .clientID, .clientSecret, .token: true
        default: false
        }
    }

    /// True for what nobody should see, also while it is typed.
    package var isHidden: Bool { isSecret && self != .clientID }

    /// What it is called for people.
    package var title: String {
        switch self {
        case .source: "Integration"
        case .subdomain: "Site prefix"
        case .tenant: "Tenant"
        case .connection: "Connection"
        case .name: "Name"
        case .schema: "Schema"
        case .way: "Way in"
        case .clientID: "Client identifier"
        case .clientSecret: "Client secret"
        case .email: "E-mail"
        case .token: "Token"
        case .startDate: "Start date"
        case .frequency: "Frequency"
        case .every: "Every"
        case .anchor: "At"
        case .cron: "Cron expression"
        case .streams: "Streams"
        case .columns: "Columns"
        }
    }
}

/// The kinds of schedules that are offered.
package enum SetupFrequency: String, Hashable, Sendable, Codable, CaseIterable {
    /// So often, counted from the previous start.
    case interval
    /// So often, counted from a time of day.
    case anchor
    case cron

    /// Those that people choose from, the first as default.
    package static let usualIntervals = ["30m", "1h", "3h", "6h", "12h", "24h"]
}
