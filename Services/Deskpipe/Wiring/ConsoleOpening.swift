import Console
import ConsoleWeb
import Foundation
import Logging
import Messaging
import Model
import ServiceRuntime
import Transports

/// The console, for as long as other work takes, or on its own.
struct ConsoleOpening: Sendable {
    /// Where extractors of a cluster see their secrets, as the manifests mount them.
    private static let mountedSecrets = "/run/secrets/deskpipe"

    /// A reading of a cluster's topics asks every broker.
    private static let clusterPause = Duration.seconds(3)

    private let settings: Settings
    private let invitation: String?
    private let stop: StopSignal
    private let logger: Logger

    /// - Parameter invitation: said with the console's address.
    init(_ settings: Settings, invitation: String? = nil, stop: StopSignal, logger: Logger) {
        self.settings = settings
        self.invitation = invitation
        self.stop = stop
        self.logger = logger
    }

    /// Serves the console while `body` runs, where one is configured; else `body` runs without.
    /// - Parameter readiness: told when the topics have been read.
    /// - Throws: `ConsoleError` where an address is configured and taken, or would let everybody in; what `body` throws.
    func serving<Result: Sendable>(
        _ transport: any Transport,
        _ readiness: Readiness? = nil,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        guard let address = settings.console.address else { return try await body() }
        let secrets = SecretResolver()
        let file = try settings.alertFile(logger)
        let kept = file?.takeOver()
        let webhooks = WebhookSender(
            try settings.console.webhooks.map { try $0.settings(secrets) },
            kept: kept,
            client: WebhookClient(userAgent: Version.userAgent),
            secrets: secrets,
            clock: SystemClock(),
            logger: logger
        )
        let feed = BoardFeed(
            transport: transport,
            namespace: settings.namespace,
            settings: settings.boardSettings,
            pause: try TransportOpening.isEmbedded(settings) ? .seconds(1) : Self.clusterPause,
            clock: SystemClock(),
            logger: logger,
            alerts: kept.map(AlertBook.init) ?? AlertBook(),
            findings: { webhooks.findings() },
            observer: { webhooks.tell($0) },
            keeper: { file?.keep($0, owed: webhooks.owed()) }
        )
        // What was delivered since the last reading counts too; before the first there is nothing to be kept.
        defer { if feed.snapshot.version > 0 { file?.keep(feed.snapshot.alerts, owed: webhooks.owed()) } }
        let server = try ConsoleServer(
            feed: feed,
            transport: transport,
            namespace: settings.namespace,
            settings: try consoleSettings(address),
            setup: try setup(transport),
            filePlaces: Dictionary(
                settings.connections.map { ($0.definition.key, $0.place) },
                uniquingKeysWith: { first, _ in first }
            ),
            clock: SystemClock(),
            logger: logger
        )
        do {
            return try await server.serving(onListening: tell) {
                try await following(feed, webhooks, readiness, body)
            }
        } catch ConsoleError.cannotListen where settings.console.listening == .standard {
            logger.notice("no console: its port is taken", metadata: [LogKeys.address: "\(address)"])
            return try await body()
        }
    }

    /// What the listener is told; the tokens are read.
    /// - Throws: `ConsoleError` where it would let everybody in, `SecretError`, ``ConfigurationError``.
    func consoleSettings(_ address: ListenAddress) throws -> ConsoleSettings {
        let tokens = try settings.console.accessTokens(SecretResolver())
        return try ConsoleSettings(listen: address, tokens: tokens, hosts: settings.console.hosts).checked()
    }

    /// Where secrets are written on this machine.
    static func secrets(_ settings: Settings) -> String {
        URL(filePath: settings.console.secrets ?? "./data/secrets").standardizedFileURL.path
    }

    /// The key that seals logins: the configured one, else one beside the secrets, made with the first login.
    static func credentialKey(_ settings: Settings) -> SecretReference {
        settings.credentialKey ?? .file(ownKey(settings))
    }

    /// As ``credentialKey(_:)``, where there is one: of logins in a console that was there before.
    static func presentCredentialKey(_ settings: Settings) -> SecretReference? {
        let isMade = FileManager.default.fileExists(atPath: ownKey(settings))
        return settings.credentialKey ?? (isMade ? .file(ownKey(settings)) : nil)
    }

    private static func ownKey(_ settings: Settings) -> String { "\(secrets(settings))/credentials.key" }

    private func setup(_ transport: any Transport) throws -> SetupMode {
        guard try TransportOpening.isEmbedded(settings) else {
            return .cluster(secrets: settings.console.secrets ?? Self.mountedSecrets)
        }
        let desk = MachineDesk(settings: settings, transport: transport, logger: logger)
        return .machine(
            MachineSetup(
                secrets: Self.secrets(settings),
                endpoint: settings.defaultEndpoint,
                check: { try await desk.check($0) },
                beginSignIn: { try await desk.beginSignIn($0, given: $1, redirect: $2) }
            )
        )
    }

    /// Keeps the board up to date, and the webhooks told, while the body runs.
    private func following<Result: Sendable>(
        _ feed: BoardFeed,
        _ webhooks: WebhookSender,
        _ readiness: Readiness?,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                await feed.run(stop: stop)
                return nil
            }
            group.addTask {
                await webhooks.run(stop: stop)
                return nil
            }
            group.addTask {
                // The first change is that the topics have been read.
                for await _ in feed.changes() {
                    readiness?.met(.topics)
                    break
                }
                return nil
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            while let next = try await group.next() {
                if let result = next { return result }
            }
            throw CancellationError()
        }
    }

    private func tell(port: Int) {
        // A person who starts it wants to know where to look, whatever the log level.
        let host = (settings.console.address ?? ConsoleSection.standardAddress)?.reachable.host ?? ""
        let address = "console: http://\(host.contains(":") ? "[\(host)]" : host):\(port)/"
        Terminal.note(invitation.map { "\(address) (\($0))" } ?? address)
    }
}

extension Settings {
    /// Where a console keeps what it has told of alerts: the setting, else beside the log on one machine; nil for nowhere.
    /// - Throws: `TransportURLError`
    func alertFile(_ logger: Logger) throws -> AlertFile? {
        switch (console.state, try TransportURL(parsing: transport)) {
        case (.nothing?, _), (nil, .kafka): nil
        case (.directory(let directory)?, _):
            AlertFile(directory: directory, namespace: namespace, logger: logger)
        case (nil, .embedded(let path)):
            AlertFile(
                directory: URL(filePath: path).deletingLastPathComponent().path,
                namespace: namespace,
                logger: logger
            )
        }
    }
}
