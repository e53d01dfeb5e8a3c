import ArgumentParser
import Loader
import Messaging
import Model
import ServiceRuntime

struct LoaderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loader",
        abstract: "Load what is in the log into the destinations.",
        discussion: """
            deskpipe loader                 until SIGTERM or Ctrl-C
            deskpipe loader --until-idle    what is there now
            """
    )

    @OptionGroup var options: CommonOptions

    @Flag(help: "End when everything that is in the log is loaded.")
    var untilIdle = false

    func run() async throws {
        let settings = try options.settings()
        let logger = options.logger("deskpipe.loader")
        let stop = StopSignal()
        let transport = try await TransportOpening.open(settings, logger: logger)
        let progress = ProgressView(terminal: Terminal())
        let (summary, signal) = try await transport.whileOpen {
            try await SignalWatch.whileRunning(stop: stop) { [untilIdle] in
                let health = HealthOpening(settings, .loader, isShort: untilIdle, stop: stop, logger: logger)
                return try await health.serving(transport) { readiness in
                    let service = LoaderOpening.service(
                        settings,
                        transport: transport,
                        logger: logger,
                        readiness: readiness
                    ) { progress.show($0) }
                    return try await service.run(until: untilIdle ? .idle { true } : .cancelled, stop: stop)
                }
            }
        }
        progress.finish()
        LoadTable.print(summary)
        if let signal { throw ProcessExit(signal: signal) }
        if summary.exitCode != .ok { throw ProcessExit(summary.exitCode) }
    }
}
