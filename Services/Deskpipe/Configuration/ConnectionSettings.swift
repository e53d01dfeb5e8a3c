import Catalog
import Messaging
import Model
import ServiceRuntime

/// One entry of `connections`.
struct ConnectionSettings {
    var definition: ConnectionDefinition
    /// False where the file names no start date: then the one that was first applied stays.
    var setsStartDate: Bool
    /// Where it is written: `deskpipe.yaml:12`.
    var place: String

    init(
        _ reader: SettingsReader,
        defaultSchedule: Schedule,
        defaultEndpoint: String? = nil,
        now: Timestamp = SystemClock().now()
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
            startDate: startDate ?? StartDate.usual(at: now),
            schedule: try reader.schedule("schedule") ?? defaultSchedule,
            streams: try reader.streams(source: source),
            excludedColumns: try reader.excludedColumns(source: source),
            rateShare: try reader.rateShare(),
            intervals: try reader.intervals(source: source),
            schedules: try reader.schedules(source: source),
            audits: try reader.value("audits", expected: "exact or fast", ConnectionDefinition.Audits.init(rawValue:)),
            marketplace: try reader.marketplace(),
            destination: try reader.text("destination"),
            endpoint: try reader.text("endpoint") ?? defaultEndpoint,
            origin: .file
        )
        setsStartDate = startDate != nil
        place = reader.place(of: "tenant")
        try reader.finish()
    }
}

extension SettingsReader {
    fileprivate func identifier<ID>(
        _ key: String,
        example: String,
        _ parse: (String) -> ID?
    ) throws(ConfigurationError) -> ID {
        guard let id = try value(key, expected: TenantID.rule, parse) else {
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
        if let schema = try value("schema", expected: SchemaName.rule, SchemaName.init(rawValue:)) { return schema }
        return try checked("name") { () throws(SettingProblem) in try SchemaName.checked(fromName: name) }
    }

    fileprivate func sitePrefix() throws(ConfigurationError) -> SitePrefix {
        let text = try text("subdomain", example: "subdomain: acme")
        return try checked("subdomain") { () throws(SettingProblem) in try SitePrefix.checked(text) }
    }

    fileprivate func startDate() throws(ConfigurationError) -> Timestamp? {
        guard let text = try value("start_date", expected: StartDate.rule, { $0 }) else { return nil }
        return try checked("start_date") { () throws(SettingProblem) in try StartDate.checked(text) }
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
        try auth.checked("type") { () throws(SettingProblem) in try kind.check(for: source) }
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
            let email = try auth.text("email", example: "email: admin@acme.com")
            result = .apiToken(
                email: try auth.checked("email") { () throws(SettingProblem) in
                    try Authentication.checked(email: email)
                },
                token: try auth.secret("token", example: "token: env:ACME_TOKEN")
            )
        }
        try auth.finish()
        return result
    }

    fileprivate func rateShare() throws(ConfigurationError) -> Double {
        let rate = try mapping("rate")
        let share =
            try rate.value("share", expected: "a share such as 80%", Units.share)
            ?? ConnectionDefinition.usualRateShare
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
