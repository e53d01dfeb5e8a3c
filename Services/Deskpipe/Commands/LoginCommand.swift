import ArgumentParser
import Extractor
import Logging
import Messaging
import Model
import ServiceRuntime

struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Let Deskpipe into Zendesk through an admin's browser (auth: oauth_refresh).",
        discussion: """
            The OAuth client must have http://127.0.0.1:8585/callback among its
            redirect addresses (another port: --port). A client for Support is
            made in the Admin Center, one for Chat in the Chat dashboard.

            deskpipe login                        opens the browser, or prints its address
            deskpipe login --paste                the admin sits elsewhere
            deskpipe login --connection chat      one of several connections
            """
    )

    @OptionGroup var options: CommonOptions

    @Option(help: "The port on 127.0.0.1 that the browser comes back to.")
    var port = 8585

    @Flag(help: "Take the address that the browser landed on from standard input.")
    var paste = false

    @Option(help: "How long to wait for the admin.", transform: LoginCommand.duration)
    var wait: Duration = .seconds(600)

    func validate() throws {
        guard (1...65_535).contains(port) else { throw ValidationError("--port must be from 1 to 65535") }
    }

    func run() async throws {
        let settings = try options.settings()
        let logger = options.logger("deskpipe.login")
        let definition = try await chosen(try await options.definitions(settings, logger))
        guard let reference = settings.withKey(of: [definition]).credentialKey else {
            throw CredentialError.noKey(definition.key)
        }
        // Before anything else: a log that another process owns takes no login.
        let transport = try await TransportOpening.open(settings, logger: logger)
        let http = HTTPConnections()
        let stop = StopSignal()
        do {
            let (_, signal) = try await SignalWatch.whileRunning(stop: stop) { [port, paste, wait] in
                let access = ZendeskAccess(
                    connections: http,
                    secrets: SecretResolver(),
                    userAgent: Version.userAgent,
                    clock: SystemClock(),
                    credentialKey: reference
                )
                let login = try OAuthLogin(definition, access: access)
                let (key, isNew) = try CredentialKey.loadOrMake(reference, secrets: access.secrets)
                if isNew {
                    Terminal.note("made the key \(reference), which seals all logins: keep a copy")
                }
                let session = LoginSession(
                    login: login,
                    connection: definition.key,
                    store: CredentialStore(transport, settings.namespace, key: key),
                    topic: settings.namespace.credentials,
                    port: port,
                    limit: wait,
                    clock: access.clock
                )
                try await Self.untilStopped(stop) { try await session.run(paste: paste, transport: transport) }
            }
            await http.close()
            await transport.close()
            if let signal { throw ProcessExit(signal: signal) }
        } catch {
            await http.close()
            await transport.close()
            throw error
        }
    }

    /// A signal ends the wait for a person; it is told by the caller.
    private static func untilStopped(_ stop: StopSignal, _ body: @escaping @Sendable () async throws -> Void)
        async throws
    {
        do {
            try await stop.interrupting(body)
        } catch is CancellationError where stop.isSet {
            return
        }
    }

    /// The connection to log in: the only one, or the one that the person chooses.
    private func chosen(_ definitions: [ConnectionDefinition]) async throws -> ConnectionDefinition {
        let candidates = definitions.filter { $0.auth.type == .oauthRefresh }
        guard let first = candidates.first else { throw LoginError.nothingToLogIn(file: options.config) }
        guard candidates.count > 1 else { return first }
        guard Terminal(descriptor: 0).isInteractive else {
            throw LoginError.several(candidates.map { LoginHint.command($0.key) })
        }
        Terminal.print(
            ["Which connection?"] + candidates.enumerated().map { "  \($0.offset + 1)  \($0.element.key)" }
        )
        let answer = try await StandardInput.line().flatMap { Int($0) } ?? 0
        guard candidates.indices.contains(answer - 1) else {
            throw LoginError.several(candidates.map { LoginHint.command($0.key) })
        }
        return candidates[answer - 1]
    }

    private static func duration(_ text: String) throws -> Duration {
        guard let duration = Units.duration(text) else { throw ValidationError("--wait must be a time such as 10m") }
        return duration
    }
}
