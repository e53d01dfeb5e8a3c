import ArgumentParser
import Console
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
        let logger = options.logger("deskpipe.status")
        let transport = try TransportOpening.openForReading(settings, logger: logger)
        try await transport.whileOpen {
            let feed = BoardFeed(
                transport: transport,
                namespace: settings.namespace,
                clock: SystemClock(),
                logger: logger
            )
            try await feed.readOn()
            try show(feed)
            if watch {
                let stop = StopSignal()
                let (_, signal) = try await SignalWatch.whileRunning(stop: stop) {
                    while !stop.isSet {
                        // It throws when the signal is set, which the loop sees.
                        guard (try? await stop.interrupting { try await Task.sleep(for: .seconds(2)) }) != nil else {
                            break
                        }
                        try await feed.readOn()
                        try show(feed)
                    }
                }
                if let signal { throw ProcessExit(signal: signal) }
            }
        }
    }

    private func show(_ feed: BoardFeed) throws {
        let fleet = FleetView(feed.snapshot, at: SystemClock().now())
        let rows = fleet.connections.filter { options.selects($0.key) }
        switch output.output {
        case .json: try Terminal.print(json: rows)
        case .table:
            let isScreen = watch && Terminal(descriptor: STDOUT_FILENO).isInteractive
            Terminal.print((isScreen ? ["\u{1B}[2J\u{1B}[H"] : []) + Self.table(rows))
        }
    }

    static func table(_ rows: [ConnectionRow]) -> [String] {
        guard !rows.isEmpty else {
            return ["no connection is published yet; run `deskpipe apply` or `deskpipe run`"]
        }
        var table = TextTable([
            ("connection", .left), ("state", .left), ("last run", .left), ("started", .left), ("loaded as of", .left),
            ("to load", .right), ("rows today", .right), ("next run", .left), ("last command", .left),
        ])
        for row in rows {
            let status = row.status
            table.add([
                row.key.description, row.standing.words, status.lastStatus?.rawValue ?? "none yet",
                status.lastStartedAt?.formatted(.seconds) ?? "", row.freshness.loadedAsOf?.formatted(.seconds) ?? "",
                status.rowsToLoad.grouped, row.rowsToday.grouped,
                status.nextRun?.formatted(.seconds) ?? (status.pausedSince == nil ? "none" : "paused"),
                status.commands.last.map { "\($0.type.rawValue) \($0.issuedAt.formatted(.seconds))" } ?? "",
            ])
        }
        let problems = rows.compactMap { row in row.problem.map { "\(row.key): \($0)" } }
        return table.lines() + (problems.isEmpty ? [] : [""] + problems)
    }
}
