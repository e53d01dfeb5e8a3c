import ArgumentParser
import Extractor
import Foundation
import Loader
import Logging
import Messaging
import Model
import ServiceRuntime

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Extract and load in one process.",
        discussion: """
            deskpipe run --once   read what changed, load it, print one table
            deskpipe run          the same on each connection's schedule, until
                                  SIGTERM or Ctrl-C

            Without a configuration file the second begins with the usual settings
            and no connection: the console, whose address it prints, sets one up.
            """
    )

    @OptionGroup var options: CommonOptions

    @OptionGroup var ending: OnceOptions

    func run() async throws {
        let logger = options.logger("deskpipe")
        let settings = try Self.settings(options, isOnce: ending.once)
        // It throws before anything is made on a machine on which there is nothing to run.
        if ending.once { _ = try await options.definitions(settings, logger) }
        try await run(settings, logger)
    }

    private func run(_ settings: Settings, _ logger: Logger) async throws {
        let stop = StopSignal()
        let transport = try await TransportOpening.open(settings, makesTopics: true, logger: logger)
        let progress = ProgressView(terminal: Terminal())
        let (result, signal) = try await transport.whileOpen {
            try await SignalWatch.whileRunning(stop: stop) {
                let health = HealthOpening(settings, .run, isShort: ending.once, stop: stop, logger: logger)
                let invitation = options.hasFile ? nil : Self.invitation(settings)
                let console = ConsoleOpening(settings, invitation: invitation, stop: stop, logger: logger)
                return try await health.serving(transport) { readiness in
                    try await console.serving(transport) {
                        try await Self.work(settings, transport, readiness, ending, options, progress, stop, logger)
                    }
                }
            }
        }
        progress.finish()
        LoadTable.print(result.loaded)
        if let signal { throw ProcessExit(signal: signal) }
        let codes = [ExtractorService.exitCode(of: result.extracted), result.loaded.exitCode]
        if let worst = codes.max(by: { $0.severity < $1.severity }), worst != .ok { throw ProcessExit(worst) }
    }

    /// Connections can be made in the console; without one they are in the file, or were made before.
    private static func settings(_ options: CommonOptions, isOnce: Bool) throws -> Settings {
        let begins = !isOnce && !options.hasFile
        var settings = try begins ? options.firstSettings() : options.settings()
        if isOnce { settings.console.listening = .none }
        let hasConsole = settings.console.address != nil
        // Nothing could be set up without it.
        if begins, let address = settings.console.address { settings.console.listening = .at(address) }
        guard !begins || hasConsole else { throw ConfigurationError.noFile(options.config) }
        guard hasConsole || isOnce || !settings.connections.isEmpty else { throw NoConnection(file: options.config) }
        settings.credentialKey =
            hasConsole ? ConsoleOpening.credentialKey(settings) : ConsoleOpening.presentCredentialKey(settings)
        return settings
    }

    /// What is said of the console to who has no file.
    private static func invitation(_ settings: Settings) -> String {
        "there is no \(CommonOptions.usualFile): open it to set up a connection; log \(settings.transport), "
            + "tables \(settings.destination)"
    }

    struct Result: Sendable {
        var extracted: [RunOutcome]
        var loaded: LoaderSummary
    }

    /// Applies the file's connections, then extracts and loads side by side.
    private static func work(
        _ settings: Settings,
        _ transport: any Transport,
        _ readiness: Readiness,
        _ ending: OnceOptions,
        _ options: CommonOptions,
        _ progress: ProgressView,
        _ stop: StopSignal,
        _ logger: Logger
    ) async throws -> Result {
        let publisher = ConnectionsPublisher(transport: transport, namespace: settings.namespace)
        _ = try await publisher.apply(settings.connections, prune: false, now: SystemClock().now())
        let extracted = StopSignal()
        let loader = LoaderOpening.service(settings, transport: transport, logger: logger, readiness: readiness) {
            progress.show($0)
        }
        return try await withThrowingTaskGroup(of: Void.self) { maintenance in
            maintenance.addTask { await Maintenance.run(transport, logger: logger) }
            defer { maintenance.cancelAll() }
            // A loader that is stopped loads what is in hand; a run that ends by itself loads all that was extracted.
            async let loaded = loader.run(until: .idle { extracted.isSet }, stop: stop)
            let outcomes: [RunOutcome]
            do {
                outcomes = try await extract(settings, transport, readiness, ending, options, progress, stop, logger)
                extracted.set()
            } catch {
                extracted.set()
                _ = try? await loaded  // the first error is the one to tell
                throw error
            }
            return Result(extracted: outcomes, loaded: try await loaded)
        }
    }

    private static func extract(
        _ settings: Settings,
        _ transport: any Transport,
        _ readiness: Readiness,
        _ ending: OnceOptions,
        _ options: CommonOptions,
        _ progress: ProgressView,
        _ stop: StopSignal,
        _ logger: Logger
    ) async throws -> [RunOutcome] {
        try await ExtractorOpening.withEnvironment(settings, transport: transport, logger: logger) { environment in
            let extractor = ExtractorService(
                environment: environment,
                settings: ExtractorOpening.service(settings, readiness) { options.selects($0) },
                observer: { progress.show($0) }
            )
            guard ending.once else {
                try await extractor.run(stop: stop)
                return []
            }
            let registry = try await ConnectionRegistry.read(from: transport, settings.namespace)
            let connections = registry.connections.filter { options.selects($0.key) }
            return await extractor.runOnce(connections, laneTime: ending.laneTime.limit, stop: stop)
        }
    }
}
