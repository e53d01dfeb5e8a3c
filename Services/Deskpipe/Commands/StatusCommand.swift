import ArgumentParser
import Extractor
import Foundation
import Messaging
import Model
import ServiceRuntime

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how connections stand, beside a running process too.",
        discussion: """
            deskpipe status           a line per connection
            deskpipe status --watch   again every 2 seconds, until Ctrl-C
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    @Flag(name: .shortAndLong, help: "Show it again every 2 seconds, until Ctrl-C.")
    var watch = false

    func run() async throws {
        let settings = try options.settings()
        let transport = try TransportOpening.openForReading(settings, logger: options.logger("deskpipe.status"))
        try await transport.whileOpen {
            var board = StatusBoard(transport, settings.namespace)
            try await board.readOn()
            try show(board)
            if watch {
                let stop = StopSignal()
                let first = board
                let (_, signal) = try await SignalWatch.whileRunning(stop: stop) {
                    var board = first
                    while !stop.isSet {
                        // It throws when the signal is set, which the loop sees.
                        guard (try? await stop.interrupting { try await Task.sleep(for: .seconds(2)) }) != nil else {
                            break
                        }
                        try await board.readOn()
                        try show(board)
                    }
                }
                if let signal { throw ProcessExit(signal: signal) }
            }
        }
    }

    private func show(_ board: StatusBoard) throws {
        let statuses = board.statuses(at: SystemClock().now()).filter {
            options.selects(ConnectionKey(tenant: $0.tenant, connection: $0.connection))
        }
        switch output.output {
        case .json: try Terminal.print(json: statuses)
        case .table:
            let isScreen = watch && Terminal(descriptor: STDOUT_FILENO).isInteractive
            Terminal.print((isScreen ? ["\u{1B}[2J\u{1B}[H"] : []) + Self.table(statuses))
        }
    }

    static func table(_ statuses: [ConnectionStatus]) -> [String] {
        guard !statuses.isEmpty else {
            return ["no connection is published yet; run `deskpipe apply` or `deskpipe run`"]
        }
        var table = TextTable([
            ("connection", .left), ("state", .left), ("last run", .left), ("started", .left), ("as of", .left),
            ("to load", .right), ("next run", .left), ("last command", .left),
        ])
        for status in statuses {
            table.add([
                "\(status.tenant)/\(status.connection)", status.state.rawValue,
                status.lastStatus?.rawValue ?? "none yet", status.lastStartedAt?.formatted(.seconds) ?? "",
                status.asOf?.formatted(.seconds) ?? "", status.rowsToLoad.grouped,
                status.nextRun?.formatted(.seconds) ?? (status.pausedSince == nil ? "none" : "paused"),
                status.commands.last.map { "\($0.type.rawValue) \($0.issuedAt.formatted(.seconds))" } ?? "",
            ])
        }
        return table.lines()
    }
}
