import ArgumentParser
import Console
import Messaging
import Model
import ServiceRuntime

struct ReportsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reports",
        abstract: "Show what was extracted and loaded.",
        discussion: """
            deskpipe reports                      the last loads, by table
            deskpipe reports extraction           the last runs, by stream
            deskpipe reports tables               every table: rows of 24 hours and 30 days, sub-tables, errors
            deskpipe reports runs --day 2026-11-20
            deskpipe reports loading -o json      the reports as they are, newest last
            deskpipe reports tables -o json       a list of what the console's /api/v1/…/loads has

            loading and extraction are the topics' own reports; tables and runs are
            made of them, as the console shows them.
            """
    )

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case loading
        case extraction
        case tables
        case runs
    }

    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "loading, extraction, tables or runs.")
    var kind: Kind = .loading

    @Option(help: "Of loading: only this table's.")
    var table: String?

    @Option(help: "Of loading and extraction at most so many, the newest.")
    var limit = NewestReports.usualLimit

    @Option(help: "Of runs: the day in UTC on which they began; today without it.", transform: ReportsCommand.day)
    var day: Day?

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be positive") }
    }

    func run() async throws {
        switch kind {
        case .loading: try await printReports({ try await $0.loads(table: table) }, ReportsText.lines)
        case .extraction: try await printReports({ try await $0.runs() }, ReportsText.lines)
        case .tables:
            try await printViews({ LoadsView($0, of: $1, at: $2) }, ReportsText.lines)
        case .runs:
            try await printViews({ ExtractionsView($0, of: $1, on: day ?? Day(of: $2), at: $2) }, ReportsText.lines)
        }
    }

    /// Reads the topics' own reports.
    private func printReports<Report: Encodable & Sendable>(
        _ reports: (NewestReports) async throws -> [Report],
        _ text: ([Report]) -> [String]
    ) async throws {
        let settings = try options.settings()
        let transport = try TransportOpening.openForReading(settings, logger: options.logger("deskpipe.reports"))
        let found = try await transport.whileOpen {
            try await reports(NewestReports(transport, settings.namespace, of: options.filter, limit: limit))
        }
        try show(found, text)
    }

    /// A view of each connection that is selected.
    private func printViews<View: Encodable>(
        _ view: (BoardSnapshot, ConnectionKey, Timestamp) -> View?,
        _ text: ([View]) -> [String]
    ) async throws {
        try await BoardReading.withBoard(options) { feed, _ in
            let now = SystemClock().now()
            try show(feed.snapshot.each(of: options.filter) { view($0, $1, now) }, text)
        }
    }

    private func show<Value: Encodable>(_ values: [Value], _ text: ([Value]) -> [String]) throws {
        switch output.output {
        case .json: try Terminal.print(json: values)
        case .table: Terminal.print(text(values))
        }
    }

    private static func day(_ text: String) throws -> Day {
        guard let day = Day(text) else { throw ValidationError("--day must be a day such as 2026-11-20") }
        return day
    }
}
