import ArgumentParser
import Messaging
import Model
import ServiceRuntime

struct ConsoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Show how connections stand as web pages, and let people steer them.",
        discussion: """
            deskpipe console      on a cluster, or beside a process of this machine
                                  that has no console; until SIGTERM or Ctrl-C
            `deskpipe run` has a console of its own. It listens on 127.0.0.1:8080
            (console.listen).
            """
    )

    @OptionGroup var options: CommonOptions

    func run() async throws {
        var settings = try options.settings()
        let logger = options.logger("deskpipe.console")
        guard let address = settings.console.address else { throw NoListener() }
        // Without a listener there would be nothing to do.
        settings.console.listening = .at(address)
        let stop = StopSignal()
        let console = ConsoleOpening(settings, stop: stop, logger: logger)
        let health = HealthOpening(settings, .console, isShort: false, stop: stop, logger: logger)
        // Before the log is opened: what is wrong with the settings is told first.
        _ = try console.consoleSettings(address)
        let transport = try await TransportOpening.openForConsole(settings, logger: logger)
        let (_, signal): (Void, Int32?) = try await transport.whileOpen {
            try await SignalWatch.whileRunning(stop: stop) {
                try await health.serving(transport) { readiness in
                    try await console.serving(transport, readiness) { await stop.wait() }
                }
            }
        }
        if let signal { throw ProcessExit(signal: signal) }
    }
}

/// The configuration turns the console off.
struct NoListener: ExplainedError {
    var message: String { "console.listen is none; name an address such as 127.0.0.1:8080" }
    var exitCode: Model.ExitCode { .configuration }
    var recovery: Recovery { .stop }
}
