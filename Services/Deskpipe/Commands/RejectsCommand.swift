import ArgumentParser
import Catalog
import Console
import Foundation
import Loader
import Model
import ServiceRuntime

/// Reads no secret of Zendesk: it needs only the destination.
struct RejectsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejects",
        abstract: "Show the records that could not be loaded, or load them again after a fix.",
        discussion: """
            deskpipe rejects                                 by table and reason: how many, since when
            deskpipe rejects list --table tickets -o json    each one, a JSON object per line
            deskpipe rejects reported                        as the reports say, without asking the destination
            deskpipe rejects replay                          load all again that can be
            deskpipe rejects replay --table tickets --reason "the destination refused it"

            All work beside a running process. docs/rejects.md says what each reason means and what mends it.
            """,
        subcommands: [List.self, Reported.self, Replay.self],
        defaultSubcommand: List.self
    )
}

/// Which rejected records are meant.
struct RejectsSelection: ParsableArguments {
    @Option(help: "Only this table's.")
    var table: String?

    @Option(help: "Only those with this reason, or whose reason begins so.")
    var reason: String?

    var selection: RejectedSelection { RejectedSelection(table: table, reason: reason) }
}

extension RejectsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Show the records that could not be loaded, and why. Changes nothing.",
            discussion: """
                deskpipe rejects list                        by table and reason
                deskpipe rejects list --table tickets        of one table
                deskpipe rejects list -o json                each record, a JSON object per line, without its content
                deskpipe rejects list -o json --records      with the record as it was stored
                """
        )

        @OptionGroup var options: CommonOptions
        @OptionGroup var output: OutputOptions
        @OptionGroup var selected: RejectsSelection

        @Flag(help: "With -o json: also the records themselves, which may hold personal data.")
        var records = false

        func validate() throws {
            guard !records || output.output == .json else { throw ValidationError("--records needs -o json") }
        }

        func run() async throws {
            let opening = try RejectsOpening(options)
            let view = RejectsView()
            for definition in try await opening.connections() {
                try await opening.withSchema(of: definition) { schema in
                    switch output.output {
                    case .json:
                        let printer = RejectsPrinter(definition: definition, showsRecords: records)
                        try await printer.print(schema, selected.selection)
                    case .table:
                        try await view.add(schema, selected.selection, of: definition)
                    }
                }
            }
            if output.output == .table { view.print() }
        }
    }

    struct Reported: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reported",
            abstract: "Show what the reports of the last 30 days say was rejected; the destination is not asked.",
            discussion: """
                deskpipe rejects reported                by table and reason
                deskpipe rejects reported -o json        a list of what the console's /api/v1/…/rejected has

                Records that were replayed since are counted here all the same.
                """
        )

        @OptionGroup var options: CommonOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await BoardReading.withBoard(options) { feed, _ in
                let views = feed.snapshot.each(of: options.filter) { RejectedView($0, of: $1) }
                switch output.output {
                case .json: try Terminal.print(json: views)
                case .table: Terminal.print(ReportsText.lines(views))
                }
            }
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "replay",
            abstract: "Load rejected records again after a fix; those that succeed leave _sdc_rejected.",
            discussion: """
                deskpipe rejects replay                      all that can be loaded
                deskpipe rejects replay --table tickets      of one table
                deskpipe rejects replay --reason "the destination refused it: CHECK"

                A newer version in the table wins. What is refused again stays with its newest reason. Ends with 3 when
                some remain, with 0 when none does.
                """
        )

        @OptionGroup var options: CommonOptions
        @OptionGroup var selected: RejectsSelection

        func run() async throws {
            let opening = try RejectsOpening(options)
            var results: [(ConnectionKey, ReplayedTable)] = []
            var failure: (any Error)?
            for definition in try await opening.connections() {
                do {
                    try await opening.withSchema(of: definition, forLoading: true) { schema in
                        let replay = opening.replay(definition, schema)
                        results += try await replay.run(selected.selection).map { (definition.key, $0) }
                    }
                } catch {
                    // The other connections are replayed all the same.
                    if let earlier = failure as? any ExplainedError {
                        Terminal.note("deskpipe: \(earlier.message.escapedForLogs)")
                    }
                    failure = error
                }
            }
            RejectsView.print(results)
            if let failure { throw failure }
            if results.contains(where: { $0.1.remaining > 0 }) { throw ProcessExit(.partial) }
        }
    }
}
