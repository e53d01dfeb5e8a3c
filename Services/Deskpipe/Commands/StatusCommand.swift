import ArgumentParser
import Console
import Extractor
import Foundation
import Model
import ServiceRuntime

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how connections stand, beside a running process too.",
        discussion: """
            deskpipe status                 a line per connection, those that need a person first
            deskpipe status --watch         live, until Ctrl-C
            deskpipe status -o json         as the console's /api/v1/connections has them
            """
    )

    private static let pause = Duration.seconds(2)

    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    @Flag(name: .shortAndLong, help: "Show it again every 2 seconds, until Ctrl-C.")
    var watch = false

    func run() async throws {
        try await BoardReading.withBoard(options) { feed, _ in
            guard watch else { return try show(feed) }
            let stop = StopSignal()
            let screen = LiveScreen(terminal: .output)
            FileHandle.standardOutput.write(Data(screen.begin.utf8))
            defer { FileHandle.standardOutput.write(Data(screen.end.utf8)) }
            let (_, signal) = try await SignalWatch.whileRunning(stop: stop) {
                while !stop.isSet {
                    try show(feed)
                    // It throws when the signal is set, which the loop sees.
                    guard (try? await stop.interrupting { try await Task.sleep(for: Self.pause) }) != nil else { break }
                    try await feed.readOn()
                }
            }
            if let signal { throw ProcessExit(signal: signal) }
        }
    }

    private func show(_ feed: BoardFeed) throws {
        let now = SystemClock().now()
        let rows = FleetView(feed.snapshot, of: options.filter, at: now).connections
        // The window may have changed meanwhile.
        let terminal = Terminal.output
        switch output.output {
        case .json: try Terminal.print(json: rows)
        case .table where watch:
            let head = "\(now.formatted(.seconds))  \(rows.count.counted("connection"))"
            let lines = [terminal.dimmed(head), ""] + StatusText(terminal: terminal).lines(rows)
            FileHandle.standardOutput.write(Data(LiveScreen(terminal: terminal).text(lines).utf8))
        case .table: Terminal.print(StatusText(terminal: terminal).lines(rows))
        }
    }
}
