import ArgumentParser
import Console
import Model
import ServiceRuntime

struct UsageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage",
        abstract: "Show how many rows were replicated in 30 days, the largest tables first.",
        discussion: """
            Rows count as Stitch counts them: those loaded and their sub-rows, those
            of repeats too.

            deskpipe usage                    all connections
            deskpipe usage --tenant acme      one tenant's
            deskpipe usage -o json            by day, as the console's /api/v1/usage has it
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await BoardReading.withBoard(options) { feed, _ in
            let usage = UsageView(feed.snapshot, of: options.filter, at: SystemClock().now())
            switch output.output {
            case .json: try Terminal.print(json: usage)
            case .table: Terminal.print(UsageText(terminal: .output).lines(usage))
            }
        }
    }
}
