package import Model

/// What can be wrong with the sealed pairs and their key.
package enum CredentialError: ExplainedError, Hashable {
    /// `credentials.key` is not set, and this connection needs it.
    case noKey(ConnectionKey)
    /// There is no file where the key should be.
    case keyMissing(SecretReference)
    /// The reference leads to something that is no key of 32 bytes.
    case keyUnusable(SecretReference)
    /// The key's file could not be written.
    case keyNotWritten(String)
    /// Another key sealed this pair.
    case wrongKey(ConnectionKey)
    /// A pair of another connection lies in this one's place.
    case otherConnection(ConnectionKey)
    /// It cannot be unsealed: changed or cut.
    case damaged(ConnectionKey)
    /// A newer Deskpipe sealed it.
    case newerFormat(ConnectionKey)

    package var message: String {
        switch self {
        case .noKey(let connection):
            "\(connection) uses `oauth_refresh`, whose tokens are kept sealed, but `credentials.key` is not set; for "
                + "example `credentials: { key: file:./data/credentials.key }`"
        case .keyMissing(let reference):
            "there is no key at \(reference) (`credentials.key`); `deskpipe login` makes one, or copy the one that "
                + "sealed the logins"
        case .keyUnusable(let reference):
            "\(reference) (`credentials.key`) is not a key: it must hold 32 bytes, raw or in base64"
        case .keyNotWritten(let path):
            "the key file \(path) (`credentials.key`) cannot be made; give this user the right to write there"
        case .wrongKey(let connection):
            "the login of \(connection) was sealed with another key than `credentials.key` names; set that key, or log "
                + "in again: \(LoginHint.command(connection))"
        case .otherConnection(let connection):
            "what is kept as the login of \(connection) is another connection's; log in again: "
                + LoginHint.command(connection)
        case .damaged(let connection):
            "the kept login of \(connection) is damaged; log in again: \(LoginHint.command(connection))"
        case .newerFormat(let connection):
            "the login of \(connection) was kept by a newer Deskpipe; upgrade this one"
        }
    }

    package var exitCode: ExitCode { .configuration }
    package var recovery: Recovery { .stop }
}

/// How a person logs a connection in.
package enum LoginHint {
    package static func command(_ connection: ConnectionKey) -> String {
        "deskpipe login --tenant \(connection.tenant) --connection \(connection.connection)"
    }
}
