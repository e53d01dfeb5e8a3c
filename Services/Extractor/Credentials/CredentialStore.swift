import Foundation
package import Messaging
package import Model

/// The sealed pairs in `{ns}.credentials`.
package struct CredentialStore: Sendable {
    private let transport: any Transport
    private let namespace: Namespace
    private let key: CredentialKey

    package init(_ transport: any Transport, _ namespace: Namespace, key: CredentialKey) {
        self.transport = transport
        self.namespace = namespace
        self.key = key
    }

    /// The last pair that was published, up to the log's end as it is now; nil where nobody ever logged in.
    ///
    /// Read it after the run's producer is initialised: then no older run can add to it any more.
    /// - Throws: ``CredentialError``, `MessagingError`.
    package func latest(for connection: ConnectionKey) async throws -> OAuthPair? {
        try await latestSealed(for: connection)?.open(for: connection, with: key)
    }

    /// As ``latest(for:)``, sealed.
    package func latestSealed(for connection: ConnectionKey) async throws -> SealedPair? {
        var newest: Bytes?
        let key = connection.description
        try await transport.read(namespace.credentials, partitions: [transport.partition(of: connection)]) { delivery in
            if delivery.keyText == key { newest = delivery.value }
        }
        return try newest.map { try SealedPair(decoding: $0, of: connection) }
    }

    /// The message that makes a pair the connection's newest.
    package func message(_ pair: OAuthPair, for connection: ConnectionKey) throws -> Message {
        let sealed = try SealedPair(pair, of: connection, with: key)
        return try transport.message(namespace.credentials, connection, sealed)
    }
}
