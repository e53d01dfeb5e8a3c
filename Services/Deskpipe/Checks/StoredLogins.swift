import Extractor
import Logging
import Messaging
import Model
import ServiceRuntime

/// The logins that the log keeps, for a command that looks at them beside a running process and renews none.
enum StoredLogins {
    /// - Parameter body: given a keeper that may not refresh; nil for a connection that keeps no login.
    /// - Throws: what the body throws; `MessagingError` where the log cannot be read; ``ExtractorError`` where there is
    ///   no log yet.
    static func look<Result>(
        at definition: ConnectionDefinition,
        _ settings: Settings,
        logger: Logger,
        _ body: (CredentialKeeper?) async throws -> Result
    ) async throws -> Result {
        guard definition.auth.type == .oauthRefresh else { return try await body(nil) }
        guard try TransportOpening.hasLog(settings) else {
            throw ExtractorError.loginNeeded(definition.key, reason: "nobody has logged in yet")
        }
        let transport = try TransportOpening.openForReading(settings, logger: logger)
        let keeper = CredentialKeeper(
            definition.key,
            transport: transport,
            namespace: settings.namespace,
            key: settings.credentialKey,
            secrets: SecretResolver()
        )
        return try await transport.whileOpen { try await body(keeper) }
    }
}
