import Crypto
package import Foundation
package import Model

/// A pair as `{ns}.credentials` holds it: AES-GCM, the connection's key as associated data, so that it opens for this
/// connection only. What is in the clear says nothing of the tokens.
package struct SealedPair: Hashable, Sendable, Codable {
    private static let format = 1

    package var version: Int
    package var connection: String
    package var generation: Int
    package var obtainedAt: Timestamp
    /// Of the key that sealed it.
    package var key: String
    /// Nonce, ciphertext and tag, in base64.
    package var sealed: Data

    package init(_ pair: OAuthPair, of connection: ConnectionKey, with key: CredentialKey) throws {
        version = Self.format
        self.connection = connection.description
        generation = pair.generation
        obtainedAt = pair.obtainedAt
        self.key = key.fingerprint
        let content = try JSONEncoder().encode(pair)
        let box = try AES.GCM.seal(content, using: key.key, authenticating: Data(connection.description.utf8))
        guard let sealed = box.combined else { throw CredentialError.damaged(connection) }
        self.sealed = sealed
    }

    /// Reads a message's value.
    /// - Throws: ``CredentialError/damaged(_:)``
    package init(decoding value: some Sequence<UInt8>, of connection: ConnectionKey) throws(CredentialError) {
        // What the decoder has to say of a sealed text helps nobody.
        guard let pair = try? JSONDecoder().decode(SealedPair.self, from: Data(value)) else {
            throw .damaged(connection)
        }
        self = pair
    }

    /// The pair in the clear.
    /// - Throws: ``CredentialError``
    package func open(for connection: ConnectionKey, with key: CredentialKey) throws(CredentialError) -> OAuthPair {
        guard version == Self.format else { throw .newerFormat(connection) }
        guard self.connection == connection.description else { throw .otherConnection(connection) }
        guard self.key == key.fingerprint else { throw .wrongKey(connection) }
        // An unsealing that fails has one cause, whatever the library calls it.
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let content = try? AES.GCM.open(box, using: key.key, authenticating: Data(connection.description.utf8)),
            let pair = try? JSONDecoder().decode(OAuthPair.self, from: content), pair.generation == generation
        else { throw .damaged(connection) }
        return pair
    }

    enum CodingKeys: String, CodingKey {
        case version, connection, generation, key, sealed
        case obtainedAt = "obtained_at"
    }
}
