package import Messaging
package import Model
package import ServiceRuntime

/// A connection's pair, for those who use it: the run that owns the connection may replace it, a check may only look.
package struct CredentialKeeper: Sendable {
    package let connection: ConnectionKey
    private let open: @Sendable () throws -> CredentialStore
    private let publish: (@Sendable (Message) async throws -> Void)?

    /// - Parameters:
    ///   - key: the setting `credentials.key`.
    ///   - publish: makes a message durable, through the run's transactional producer: a run that was fenced cannot.
    ///     Nil for one who may not refresh.
    package init(
        _ connection: ConnectionKey,
        transport: any Transport,
        namespace: Namespace,
        key: SecretReference?,
        secrets: SecretResolver,
        publish: (@Sendable (Message) async throws -> Void)? = nil
    ) {
        self.connection = connection
        self.publish = publish
        open = {
            guard let key else { throw CredentialError.noKey(connection) }
            return CredentialStore(transport, namespace, key: try CredentialKey(key, secrets: secrets))
        }
    }

    /// The keeper of a run: what it saves goes through the publisher of the run's pages, stop or no stop.
    init(_ connection: ConnectionKey, environment: ExtractorEnvironment, publisher: Publisher) {
        let publisher = publisher.ignoringStop()
        self.init(
            connection,
            transport: environment.transport,
            namespace: environment.namespace,
            key: environment.access.credentialKey,
            secrets: environment.access.secrets,
            publish: { try await publisher.publish([$0]) { _ in } }
        )
    }

    var mayRefresh: Bool { publish != nil }

    /// The newest pair; nil where nobody ever logged in.
    func pair() async throws -> OAuthPair? { try await open().latest(for: connection) }

    /// Makes a pair the newest. It is durable when this returns.
    func save(_ pair: OAuthPair) async throws { try await publish?(try open().message(pair, for: connection)) }
}
