import ArgumentParser
import Extractor
import Messaging
import Model
import ServiceRuntime

struct ExtractorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extractor",
        abstract: "Read Zendesk into the log: the connections that `apply` published.",
        discussion: """
            deskpipe extractor              on schedules, until SIGTERM or Ctrl-C
            deskpipe extractor --once       every connection once
            """
    )

    @OptionGroup var options: CommonOptions

    @OptionGroup var ending: OnceOptions

    func run() async throws {
        let settings = try options.settings()
        let logger = options.logger("deskpipe.extractor")
        let stop = StopSignal()
        let transport = try await TransportOpening.open(settings, logger: logger)
        let progress = ProgressView(terminal: Terminal())
        let (outcomes, signal): ([RunOutcome], Int32?) = try await transport.whileOpen {
            try await SignalWatch.whileRunning(stop: stop) { [options, ending] in
                let health = HealthOpening(settings, .extractor, isShort: ending.once, stop: stop, logger: logger)
                return try await health.serving(transport) { readiness in
                    try await ExtractorOpening.withEnvironment(settings, transport: transport, logger: logger) {
                        let service = ExtractorService(
                            environment: $0,
                            settings: ExtractorOpening.service(settings, readiness) { options.selects($0) },
                            observer: { progress.show($0) }
                        )
                        guard ending.once else {
                            try await service.run(stop: stop)
                            return []
                        }
                        let registry = try await ConnectionRegistry.read(from: transport, settings.namespace)
                        let connections = registry.connections.filter { options.selects($0.key) }
                        guard !connections.isEmpty else { throw NothingApplied(namespace: settings.namespace) }
                        return await service.runOnce(connections, laneTime: ending.laneTime.limit, stop: stop)
                    }
                }
            }
        }
        progress.finish()
        if let signal { throw ProcessExit(signal: signal) }
        let code = ExtractorService.exitCode(of: outcomes)
        if code != .ok { throw ProcessExit(code) }
    }
}

/// The log holds no connection to read.
struct NothingApplied: ExplainedError {
    let namespace: Namespace

    var message: String { "no connection is published in the namespace \(namespace); run `deskpipe apply` first" }
    var exitCode: Model.ExitCode { .configuration }
    var recovery: Recovery { .stop }
}
