import ArgumentParser
import Extractor
import Foundation
import Loader
import Logging
import Messaging
import Model
import ServiceRuntime

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Try everything that a run needs, and say what to do where it fails.",
        discussion: """
            Of each connection: help desk, clock, login, role, plan, streams,
            request budgets, how long its history takes; then its destination
            and the transport. Nothing is changed.
            Ends with 0, 4 (authentication), 5 (permission or plan), 7 (Zendesk),
            8 (transport), 9 (destination) or 78 (configuration).
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let settings = try options.settings()
        guard !settings.connections.isEmpty else { throw NoConnection(file: options.config) }
        let logger = options.logger("deskpipe.check")
        var lines = [CheckLine(nil, await TransportCheck.finding(settings, logger: logger))]
        let opening = DestinationOpening(settings, logger: logger)
        let access = ZendeskAccess(
            connections: HTTPConnections(),
            secrets: SecretResolver(),
            userAgent: Version.userAgent,
            clock: SystemClock()
        )
        for connection in settings.connections {
            let definition = connection.definition
            var findings = try await Self.findings(definition, settings, access, logger)
            let place = definition.destination ?? settings.destination
            findings += await DestinationCheck.findings(definition, place: place, opening)
            lines += findings.map { CheckLine(definition.key, $0) }
        }
        await access.connections.close()
        try report(lines)
    }

    /// What Zendesk says to one connection.
    static func findings(
        _ definition: ConnectionDefinition,
        _ settings: Settings,
        _ access: ZendeskAccess,
        _ logger: Logger
    ) async throws -> [CheckFinding] {
        do {
            return try await StoredLogins.look(at: definition, settings, logger: logger) { keeper in
                try await ConnectionCheck(definition, access: access, keeper: keeper).run()
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            return [CheckFinding("login", on: definition.key.description, error)]
        }
    }

    private func report(_ lines: [CheckLine]) throws {
        let code = lines.map(\.finding).exitCode
        switch output.output {
        case .json:
            try Terminal.print(json: lines)
        case .table:
            Terminal.print(CheckView(terminal: Terminal(descriptor: STDOUT_FILENO)).lines(lines))
        }
        if code != .ok { throw ProcessExit(code) }
    }
}

/// The file names no connection, or none that the flags select.
struct NoConnection: ExplainedError {
    let file: String

    var message: String {
        "\(file) names no connection that --tenant and --connection select; add one under `connections`"
    }
    var exitCode: Model.ExitCode { .configuration }
    var recovery: Recovery { .stop }
}
