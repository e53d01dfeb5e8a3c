import ArgumentParser
import Foundation
import Logging
import Model
import ZendeskSimulator

@main
struct SimulatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zendesk-simulator",
        abstract: "A Zendesk account on a loopback port, for tests and the demo."
    )

    @Option(help: "The port on 127.0.0.1; 0 for any free one.")
    var port = 0

    @Option(help: "How many tickets there are; the other streams follow.")
    var tickets = 2000

    @Option(help: "The same seed gives the same records.")
    var seed: UInt64 = 1

    @Option(help: "When the records end, as in 2026-11-20T10:00:00Z; by default two minutes ago.")
    var end: String?

    @Option(help: "The OAuth client that is let in.")
    var clientID = "simulator-client"

    @Option(help: "The OAuth client's secret.")
    var clientSecret = "simulator-secret"

    @Option(help: "An OAuth token that never expires.")
    var token = "simulator-token"

    @Option(help: "The user of the API token.")
    var email = "admin@example.com"

    @Option(help: "An API token.")
    var apiToken = "simulator-api-token"

    @Option(help: "The longest life of a granted token, in seconds.")
    var tokenLife = 172_800

    @Option(help: "How many seconds a change stays hidden from the exports.")
    var holdBack = 60

    @Option(help: "The account's budget of requests.")
    var requestsPerMinute = 700

    @Option(help: "The budget of the incremental exports of tickets and organizations.")
    var exportsPerMinute = 10

    @Option(help: "The budget of the incremental export of users.")
    var usersPerMinute = 20

    @Option(help: "The budget of the audits of single tickets.")
    var auditsPerMinute = 500

    @Option(help: "The budget of Chat.")
    var chatPerMinute = 200

    @Option(help: "How many audits a ticket has at the start, on average.")
    var auditsPerTicket = 3

    @Option(help: "How many of the first tickets have several pages of audits.")
    var longTickets = 0

    @Option(help: "The largest page of metric events by cursor: 100 to 1000.")
    var metricPage = 100

    @Option(help: "A path that is closed, and the status: /api/v2/tickets/5/audits=403. May be given several times.")
    var gate: [String] = []

    @Option(help: "Change two tickets after every so many pages of an export, ten times at most; 0: never.")
    var changeEvery = 0

    @Flag(help: "Records that few programs expect: NUL, numbers beyond 2^53, changing types, a megabyte of text.")
    var odd = false

    @OptionGroup(title: "Small tables")
    var lists: ListOptions

    @Option(help: "A file to write the port to, once the server listens.")
    var portFile: String?

    func run() async throws {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .warning
            return handler
        }
        let portFile = portFile
        try await runSimulator(try simulatorConfiguration()) { port in
            if let portFile {
                do {
                    try Data("\(port)\n".utf8).write(to: URL(fileURLWithPath: portFile), options: .atomic)
                } catch {
                    let reason = "cannot write \(portFile): \(error.localizedDescription)\n"
                    FileHandle.standardError.write(Data(reason.utf8))
                }
            }
            // Not `print`: a pipe must have the line at once.
            FileHandle.standardOutput.write(Data("listening on http://127.0.0.1:\(port)\n".utf8))
        }
    }

    private func simulatorConfiguration() throws -> SimulatorConfiguration {
        var world = WorldSettings(seed: seed, tickets: tickets)
        if let end {
            guard let time = Timestamp(parsing: end) else { throw ValidationError("--end is not a date: \(end)") }
            world.end = time
        }
        guard auditsPerTicket > 0, (1...1000).contains(metricPage) else {
            throw ValidationError("--audits-per-ticket is at least 1, --metric-page 1 to 1000")
        }
        world.auditsPerTicket = auditsPerTicket
        world.longTickets = longTickets
        world.isOdd = odd
        var limits = RateLimits(requests: requestsPerMinute, exports: exportsPerMinute, users: usersPerMinute)
        limits.audits = auditsPerMinute
        limits.chat = chatPerMinute
        var configuration = SimulatorConfiguration(
            world: world,
            credentials: Credentials(
                clientID: clientID,
                clientSecret: Secret(clientSecret),
                token: Secret(token),
                email: email,
                apiToken: Secret(apiToken),
                longestTokenLife: tokenLife
            ),
            limits: limits,
            holdBack: .seconds(holdBack),
            logger: Logger(label: "zendesk-simulator")
        )
        configuration.port = port
        configuration.largestMetricPage = metricPage
        if changeEvery > 0 {
            configuration.changes = .init(every: changeEvery, change: WorldChange(updated: [.tickets: 2]))
        }
        for text in gate {
            let parts = text.split(separator: "=")
            guard parts.count == 2, let status = Int(parts[1]) else {
                throw ValidationError("--gate is a path, = and a status: \(text)")
            }
            configuration.gates[String(parts[0])] = status
        }
        try lists.apply(to: &configuration)
        return configuration
    }
}
