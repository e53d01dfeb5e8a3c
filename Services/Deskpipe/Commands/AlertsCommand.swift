import ArgumentParser
import Console
import Model
import ServiceRuntime

struct AlertsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "Show what is wrong now, since when, and what to do.",
        discussion: """
            deskpipe alerts                     the worst first
            deskpipe alerts --tenant acme       one tenant's
            deskpipe alerts -o json             as the console's /api/v1/alerts has them
            deskpipe alerts --exit-code         ends with 3 while something is wrong, for scripts
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "End with 3 where an alert is open.")
    var exitCode = false

    func run() async throws {
        let isOpen = try await BoardReading.withBoard(options) { feed, settings in
            let now = SystemClock().now()
            // A console of this machine knows since when, and what has ended.
            let kept = try settings.alertFile(options.logger("deskpipe.alerts"))?.look()
            let snapshot = BoardSnapshot(
                feed.snapshot.board,
                settings: settings.boardSettings,
                alerts: kept.map(AlertBook.init) ?? AlertBook(),
                at: now
            )
            let alerts = AlertsView(snapshot, of: options.filter, at: now)
            switch output.output {
            case .json: try Terminal.print(json: alerts)
            case .table: Terminal.print(AlertsText(terminal: .output).lines(alerts))
            }
            return !alerts.open.isEmpty
        }
        if exitCode, isOpen { throw ProcessExit(.partial) }
    }
}
