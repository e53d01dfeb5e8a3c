package import Model
package import ServiceRuntime

/// What it takes to ask Zendesk for anything.
package struct ZendeskAccess: Sendable {
    package var connections: HTTPConnections
    package var secrets: SecretResolver
    /// Such as `deskpipe/1.0.0`.
    package var userAgent: String
    package var clock: any WallClock
    package var policy: RetryPolicy
    /// Shared by all sessions of this process.
    package let budgets = AccountBudgets()
    /// Of the key that seals the pairs of `oauth_refresh` connections; nil where none is set.
    package var credentialKey: SecretReference?

    package init(
        connections: HTTPConnections,
        secrets: SecretResolver,
        userAgent: String,
        clock: any WallClock,
        policy: RetryPolicy = RetryPolicy(),
        credentialKey: SecretReference? = nil
    ) {
        self.connections = connections
        self.secrets = secrets
        self.userAgent = userAgent
        self.clock = clock
        self.policy = policy
        self.credentialKey = credentialKey
    }

    /// A way to ask for pages of a connection's account.
    /// - Parameter keeper: of the pair of an `oauth_refresh` connection; one that may refresh is the run's alone.
    func session(
        _ definition: ConnectionDefinition,
        policy: RetryPolicy,
        stop: StopSignal,
        keeper: CredentialKeeper? = nil,
        observe: @escaping @Sendable (StreamName, ZendeskSession.Event) -> Void
    ) throws -> ZendeskSession {
        let client = try ZendeskClient(definition, connections: connections, userAgent: userAgent)
        let budget = budgets.budget(of: definition.subdomain, at: client.address, share: definition.rateShare)
        let authenticator = Authenticator(
            definition,
            client: client,
            secrets: secrets,
            clock: clock,
            policy: policy,
            keeper: keeper,
            budget: budget,
            observe: { observe("login", .waits($0)) }
        )
        return ZendeskSession(
            client: client,
            authenticator: authenticator,
            policy: policy,
            budget: budget,
            clock: clock,
            stop: stop,
            observe: observe
        )
    }
}
