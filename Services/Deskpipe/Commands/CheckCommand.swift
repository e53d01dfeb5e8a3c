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
        abstract: "Try everything that a run needs: login, role, streams, destination, transport."
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let settings = try options.settings()
        guard !settings.connections.isEmpty else { throw NoConnection(file: options.config) }
        let logger = options.logger("deskpipe.check")
        var lines: [CheckLine] = [await transport(settings, logger)]
        let http = HTTPConnections()
        for connection in settings.connections {
            lines += await source(connection.definition, http, logger)
            lines.append(await destination(connection.definition, settings, logger))
        }
        await http.close()
        try report(lines)
    }

    private func transport(_ settings: Settings, _ logger: Logger) async -> CheckLine {
        var line = CheckLine(connection: nil, what: "transport", subject: settings.transport)
        do {
            await (try await TransportOpening.open(settings, logger: logger)).close()
        } catch MessagingError.locked(_, let pid) {
            line.remark = "in use by \(pid.map { "process \($0)" } ?? "another process"): a Deskpipe is running"
        } catch {
            line.fail(error)
        }
        return line
    }

    private func source(_ definition: ConnectionDefinition, _ http: HTTPConnections, _ logger: Logger) async
        -> [CheckLine]
    {
        var login = CheckLine(connection: definition.key, what: "login", subject: definition.subdomain.host)
        let access = ZendeskAccess(
            connections: http,
            secrets: SecretResolver(),
            userAgent: Version.userAgent,
            clock: SystemClock()
        )
        do {
            let findings = try await ConnectionCheck(definition, access: access).run()
            login.subject = findings.host
            login.remark = "as \(findings.role)"
            return [login]
                + findings.streams.map { stream, problem in
                    var line = CheckLine(connection: definition.key, what: "stream", subject: stream.rawValue)
                    if let problem { line.fail(problem, hint: problem.hint) }
                    return line
                }
        } catch {
            login.fail(error, hint: (error as? ExtractorError)?.hint)
            return [login]
        }
    }

    private func destination(
        _ definition: ConnectionDefinition,
        _ settings: Settings,
        _ logger: Logger
    ) async -> CheckLine {
        var line = CheckLine(
            connection: definition.key,
            what: "destination",
            subject: "\(definition.destination ?? settings.destination), schema \(definition.schema)"
        )
        do {
            let destination = try DestinationOpening(settings, logger: logger).open(for: definition)
            do {
                try await destination.check(definition.schema)
            } catch {
                line.fail(error)
            }
            await destination.close()
        } catch {
            line.fail(error)
        }
        return line
    }

    private func report(_ lines: [CheckLine]) throws {
        let failed = lines.filter { $0.error != nil }
        if output.output == .json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            Terminal.print([String(decoding: try encoder.encode(lines), as: UTF8.self)])
        } else {
            var table = TextTable([("connection", .left), ("check", .left), ("on", .left), ("verdict", .left)])
            for line in lines {
                table.add([line.connection ?? "", line.what, line.subject, line.error ?? line.remark ?? "ok"])
            }
            Terminal.print(table.lines())
            for hint in Set(failed.compactMap(\.hint)).sorted() { Terminal.print(["-> \(hint)"]) }
            if failed.isEmpty { Terminal.print(["Success!"]) }
        }
        guard let worst = failed.map(\.exitCode).max(by: { $0.severity < $1.severity }) else { return }
        let streamsOnly = failed.allSatisfy { $0.what == "stream" }
        let someStream = lines.contains { $0.what == "stream" && $0.error == nil }
        throw ProcessExit(streamsOnly && someStream ? .partial : worst)
    }
}

/// One thing that was tried.
struct CheckLine: Encodable {
    var connection: String?
    var what: String
    var subject: String
    var remark: String?
    var error: String?
    var hint: String?
    var exitCode: Model.ExitCode = .ok

    init(connection: ConnectionKey?, what: String, subject: String) {
        self.connection = connection?.description
        self.what = what
        self.subject = subject
    }

    mutating func fail(_ error: any Error, hint: String? = nil) {
        let explained = error as? any ExplainedError
        self.error = (explained?.message ?? "failed: \(type(of: error))").escapedForLogs
        self.hint = hint
        exitCode = explained?.exitCode ?? .unexpected
    }

    enum CodingKeys: String, CodingKey {
        case connection, subject, remark, error, hint
        case what = "check"
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
