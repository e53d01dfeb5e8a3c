package import Model

/// What else decides whether answers make a connection.
package struct SetupContext: Sendable {
    package var now: Timestamp
    package var secrets: SecretPlace
    /// The connections that there are.
    package var others: [ConnectionDefinition]
    /// The one that is changed; nil: a new one is made.
    package var present: ConnectionDefinition?
    /// Who will be its master.
    package var origin: ConnectionDefinition.Origin
    /// Stands in for Zendesk; tests and the demo only.
    package var endpoint: String?

    package init(
        now: Timestamp,
        secrets: SecretPlace,
        others: [ConnectionDefinition] = [],
        present: ConnectionDefinition? = nil,
        origin: ConnectionDefinition.Origin = .console,
        endpoint: String? = nil
    ) {
        self.now = now
        self.secrets = secrets
        self.others = others
        self.present = present
        self.origin = origin
        self.endpoint = endpoint
    }
}
