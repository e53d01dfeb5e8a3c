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
            With --remote the extractors that hold the connections try them, with
            the secrets that they have: destination and transport are left out.

            deskpipe check                            all that the file names
            deskpipe check --connection chat          one connection
            deskpipe check --remote -o json           as the running extractors see it

            Ends with 0, 4 (authentication), 5 (permission or plan), 7 (Zendesk),
            8 (transport), 9 (destination) or 78 (configuration).
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Have the running extractors do it, and show what they found.")
    var remote = false

    func run() async throws {
        var settings = try options.settings()
        if remote { return try report(try await askExtractors(settings)) }
        let logger = options.logger("deskpipe.check")
        let definitions = try await options.definitions(settings, logger)
        settings = settings.withKey(of: definitions)
        var lines = [CheckLine(nil, await TransportCheck.finding(settings, logger: logger))]
        let opening = DestinationOpening(settings, logger: logger)
        let access = ZendeskAccess(
            connections: HTTPConnections(),
            secrets: SecretResolver(),
            userAgent: Version.userAgent,
            clock: SystemClock()
        )
        for definition in definitions {
            var findings = try await Self.findings(definition, settings, access, logger)
            let place = definition.destination ?? settings.destination
            findings += await DestinationCheck.findings(definition, place: place, opening)
            lines += findings.map { CheckLine(definition.key, $0) }
        }
        await access.connections.close()
        try report(lines)
    }

    private func askExtractors(_ settings: Settings) async throws -> [CheckLine] {
        let transport = try TransportOpening.openForAsking(settings, logger: options.logger("deskpipe.check"))
        return try await transport.whileOpen {
            let registry = try await ConnectionRegistry.read(from: transport, settings.namespace)
            let chosen = registry.connections.map(\.key).filter { options.selects($0) }
            guard !chosen.isEmpty else { throw NothingApplied(namespace: settings.namespace) }
            return try await RemoteCheck(settings: settings, transport: transport).lines(of: chosen)
        }
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
        "\(file) names no connection that --tenant and --connection select, and none was set up in the console; add one "
            + "under `connections`"
    }
    var exitCode: Model.ExitCode { .configuration }
    var recovery: Recovery { .stop }
}
