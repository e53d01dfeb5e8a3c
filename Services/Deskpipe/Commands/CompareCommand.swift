import ArgumentParser
import Catalog
import Destinations
import Foundation
import Model
import ServiceRuntime

struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare two schemas of a destination: Stitch's with Deskpipe's, say.",
        discussion: """
            deskpipe compare --schema stitch_zendesk --with deskpipe_zendesk
            deskpipe compare --schema a --with b --table tickets -o json

            In PostgreSQL two schemas of a database, in SQLite two files of a
            directory. Nothing is written. Tables, their rows and keys, columns,
            and the values of records that changed before the older of the two
            extractions; what differs by design is told in the notes.
            Ends with 0 when they are equal, 3 when they differ.
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "The schema that is compared.")
    var schema: String

    @Option(help: "The schema that it is compared with.")
    var with: String

    @Option(help: "A destination of the file, or its URL; else the file's `destination`, or its one connection's.")
    var destination: String?

    @Option(help: "Only this table and its sub-tables.")
    var table: String?

    func run() async throws {
        let settings = try options.settings()
        let opening = DestinationOpening(settings, logger: options.logger("deskpipe.compare"))
        let comparer = try SchemaComparer(
            try opening.settings(of: destination ?? Self.onlyDestination(settings)),
            schemas: Sides(schema: schema, with: with)
        ) { source in
            CompareCatalogue(Catalog.streams(of: source ?? .support).map(\.schema))
        }
        let comparison = try await comparer.compare(only: table) { Terminal.note(ComparisonView.progress($0)) }
        switch output.output {
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            Terminal.print([String(decoding: try encoder.encode(comparison), as: UTF8.self)])
        case .table:
            Terminal.print(ComparisonView(terminal: Terminal(descriptor: STDOUT_FILENO)).lines(comparison))
        }
        if !comparison.isEqual { throw ProcessExit(.partial) }
    }

    /// The destination that all connections have; nil where they have none of their own, or several.
    private static func onlyDestination(_ settings: Settings) -> String? {
        let own = Set(settings.connections.map(\.definition.destination))
        return own.count == 1 ? own.first ?? nil : nil
    }
}
