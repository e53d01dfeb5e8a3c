import Catalog
import Foundation
import Messaging
import Model

/// One entry of `connections`.
struct ConnectionSettings {
    var definition: ConnectionDefinition
    /// False where the file names no start date: then the one that was first applied stays.
    var setsStartDate: Bool

    init(
        _ reader: SettingsReader,
        defaultSchedule: Schedule,
        today: Date = Date()
    ) throws(ConfigurationError) {
        let tenant = try reader.identifier("tenant", example: "tenant: acme", TenantID.init(rawValue:))
        let id = try reader.identifier("id", example: "id: support", ConnectionID.init(rawValue:))
        let source = try reader.source()
        let name = try reader.text("name") ?? id.rawValue
        let startDate = try reader.startDate()
        definition = ConnectionDefinition(
            tenant: tenant,
            id: id,
            name: name,
            schema: try reader.schema(name: name),
            source: source,
            subdomain: try reader.sitePrefix(),
            auth: try reader.authentication(source: source),
            startDate: startDate ?? Self.yearBefore(today),
            schedule: try reader.schedule("schedule") ?? defaultSchedule,
            streams: try reader.streams(source: source),
            excludedColumns: try reader.excludedColumns(source: source),
            rateShare: try reader.rateShare(),
            intervals: try reader.intervals(source: source),
            schedules: try reader.schedules(source: source),
            audits: try reader.value("audits", expected: "exact or fast", ConnectionDefinition.Audits.init(rawValue:)),
            marketplace: try reader.marketplace(),
            destination: try reader.text("destination"),
            endpoint: try reader.text("endpoint"),
            origin: .file
        )
        setsStartDate = startDate != nil
        try reader.finish()
    }

    /// Midnight UTC of the same day one year before.
    static func yearBefore(_ today: Date) -> Timestamp {
        let days = Int64((today.timeIntervalSince1970 / 86_400).rounded(.down))
        let (year, month, day) = Timestamp.civil(fromDays: days)
        let isLeapDay = month == 2 && day == 29
        return Timestamp(
            seconds: Timestamp.days(year: year - 1, month: month, day: isLeapDay ? 28 : day) * 86_400
        )
    }
}

extension SettingsReader {
    fileprivate func identifier<ID>(
        _ key: String,
        example: String,
        _ parse: (String) -> ID?
    ) throws(ConfigurationError) -> ID {
        guard let id = try value(key, expected: "1 to 40 of a-z, 0-9 and -", parse) else {
            throw missing(key, example: example)
        }
        return id
    }

    fileprivate func source() throws(ConfigurationError) -> Source {
        let known = Source.allCases.map(\.rawValue).joined(separator: " or ")
        guard let source = try value("source", expected: known, Source.init(rawValue:)) else {
            throw missing("source", example: "source: zendesk-support")
        }
        return source
    }

    fileprivate func schema(name: String) throws(ConfigurationError) -> SchemaName {
        let rule = "a schema's name: a-z, 0-9 and _, not a digit first, at most 49"
        if let schema = try value("schema", expected: rule, SchemaName.init(rawValue:)) { return schema }
        guard let schema = SchemaName(fromName: name) else {
            throw invalid("name", "`\(name)` makes no schema's name; set `schema` beside it")
        }
        return schema
    }

    fileprivate func sitePrefix() throws(ConfigurationError) -> SitePrefix {
        let text = try text("subdomain", example: "subdomain: acme")
        if let prefix = SitePrefix(rawValue: text) { return prefix }
        if let meant = SitePrefix.suggestion(for: text) {
            throw invalid("subdomain", "only the prefix belongs here: `\(meant)`")
        }
        throw invalid("subdomain", "it is the prefix of your site: `acme` for acme.zendesk.com")
    }

    fileprivate func startDate() throws(ConfigurationError) -> Timestamp? {
        try value("start_date", expected: "a date such as 2025-11-20") { text in
            guard let time = Timestamp(parsing: text), time.microseconds % 86_400_000_000 == 0 else { return nil }
            return time
        }
    }

    fileprivate func authentication(source: Source) throws(ConfigurationError) -> Authentication {
        guard tree("auth") != nil else {
            throw missing(
                "auth",
                example: "auth: { type: oauth_client_credentials, client_id: ..., client_secret: ... }"
            )
        }
        let auth = try mapping("auth")
        let known = Authentication.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        guard let kind = try auth.value("type", expected: "one of \(known)", Authentication.Kind.init(rawValue:)) else {
            throw auth.missing("type", example: "type: oauth_client_credentials")
        }
        if kind == .apiToken, source == .chat {
            throw auth.invalid(
                "type",
                "Zendesk Chat takes no API tokens: use oauth_client_credentials or oauth_refresh with a client of the "
                    + "Chat dashboard"
            )
        }
        let result: Authentication
        switch kind {
        case .oauthClientCredentials:
            result = .oauthClientCredentials(
                clientID: try auth.secret("client_id", example: "client_id: env:ACME_ID"),
                clientSecret: try auth.secret("client_secret", example: "client_secret: env:ACME_SECRET")
            )
        case .oauthToken:
            result = .oauthToken(token: try auth.secret("token", example: "token: env:ACME_TOKEN"))
        case .oauthRefresh:
            let secret =
                try auth.text("client_secret") == nil
                ? nil : try auth.secret("client_secret", example: "client_secret: env:ACME_SECRET")
            result = .oauthRefresh(
                clientID: try auth.secret("client_id", example: "client_id: env:ACME_ID"),
                clientSecret: secret
            )
        case .apiToken:
            result = .apiToken(
                email: try auth.text("email", example: "email: admin@acme.com"),
                token: try auth.secret("token", example: "token: env:ACME_TOKEN")
            )
        }
        try auth.finish()
        return result
    }

    fileprivate func rateShare() throws(ConfigurationError) -> Double {
        let rate = try mapping("rate")
        let share = try rate.value("share", expected: "a share such as 80%", Units.share) ?? 0.8
        try rate.finish()
        return share
    }

    fileprivate func marketplace() throws(ConfigurationError) -> Marketplace? {
        guard tree("marketplace") != nil else { return nil }
        let reader = try mapping("marketplace")
        let marketplace = Marketplace(
            name: try reader.text("name", example: "name: Deskpipe"),
            organizationID: try reader.text("organization_id", example: "organization_id: 123"),
            appID: try reader.text("app_id", example: "app_id: 456")
        )
        try reader.finish()
        return marketplace
    }
}
