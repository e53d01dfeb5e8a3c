import Console
import ConsoleWeb
import Extractor
import Foundation
import Logging
import Messaging
import Model
import ServiceRuntime

/// What the console does by itself on one machine: it tries connections, and takes logins in.
struct MachineDesk: Sendable {
    let settings: Settings
    let transport: any Transport
    let logger: Logger

    /// As `deskpipe check` does, of one connection.
    func check(_ definition: ConnectionDefinition) async throws -> [CheckFinding] {
        let connections = HTTPConnections()
        var settings = settings
        settings.credentialKey = ConsoleOpening.credentialKey(settings)
        do {
            var findings = try await CheckCommand.findings(definition, settings, access(connections), logger)
            let opening = DestinationOpening(settings, logger: logger)
            let place = definition.destination ?? settings.destination
            findings += await DestinationCheck.findings(definition, place: place, opening)
            await connections.close()
            return findings
        } catch {
            await connections.close()
            throw error
        }
    }

    /// - Parameter given: secrets of the connection that are not in their files yet.
    func beginSignIn(
        _ definition: ConnectionDefinition,
        given: [SecretFile],
        redirect: String
    ) async throws -> any SignIn {
        let reference = ConsoleOpening.credentialKey(settings)
        let secrets = URL(filePath: ConsoleOpening.secrets(settings))
        try FileManager.default.createDirectory(
            at: secrets,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let (key, _) = try CredentialKey.loadOrMake(reference, secrets: SecretResolver())
        let connections = HTTPConnections()
        let login: OAuthLogin
        do {
            login = try OAuthLogin(definition, access: access(connections, given: given))
        } catch {
            await connections.close()
            throw error
        }
        return BrowserSignIn(
            login: login,
            request: login.request(redirectURI: redirect),
            connection: definition.key,
            store: CredentialStore(transport, settings.namespace, key: key),
            transport: transport,
            connections: connections
        )
    }

    private func access(_ connections: HTTPConnections, given: [SecretFile] = []) -> ZendeskAccess {
        let secrets = given.map { (SecretReference.file($0.path), $0.secret) }
        return ZendeskAccess(
            connections: connections,
            secrets: SecretResolver(given: Dictionary(secrets, uniquingKeysWith: { _, last in last })),
            userAgent: Version.userAgent,
            clock: SystemClock(),
            credentialKey: ConsoleOpening.credentialKey(settings)
        )
    }
}
