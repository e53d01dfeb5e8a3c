package import Messaging
package import Model

/// The names under which everything is measured.
package enum BenchAccount {
    package static let namespace: Namespace = {
        guard let namespace = Namespace(rawValue: "bench") else { preconditionFailure("not a name") }
        return namespace
    }()

    /// The environment variable of the account's token.
    package static let tokenVariable = "BENCH_TOKEN"

    package static let connection: ConnectionDefinition = {
        guard let tenant = TenantID(rawValue: "bench"), let id = ConnectionID(rawValue: "support"),
            let schema = SchemaName(rawValue: "bench"), let subdomain = SitePrefix(rawValue: "bench")
        else { preconditionFailure("not names") }
        return ConnectionDefinition(
            tenant: tenant,
            id: id,
            name: "bench",
            schema: schema,
            source: .support,
            subdomain: subdomain,
            auth: .oauthToken(token: .environment(tokenVariable)),
            startDate: Timestamp(seconds: 0)
        )
    }()
}
