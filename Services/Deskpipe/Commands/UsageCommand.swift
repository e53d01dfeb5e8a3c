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
            var usage = UsageView(feed.snapshot, tenant: options.selectedTenant, at: SystemClock().now())
            if options.connection != nil { usage = usage.only { options.selects($0) } }
            switch output.output {
            case .json: try Terminal.print(json: usage)
            case .table: Terminal.print(UsageText(terminal: .output).lines(usage))
            }
        }
    }
}

extension UsageView {
    /// The tables of some connections, and their sums.
    fileprivate func only(_ isWanted: (ConnectionKey) -> Bool) -> UsageView {
        let chosen = tables.filter { isWanted(ConnectionKey(tenant: $0.tenant, connection: $0.connection)) }
        return UsageView(
            days: days,
            rows: days.indices.map { day in chosen.reduce(0) { $0 + $1.rows[day] } },
            total: chosen.reduce(0) { $0 + $1.total },
            previousTotal: previousTotal,
            limit: limit,
            tables: chosen
        )
    }
}
