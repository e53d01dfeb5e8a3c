import ArgumentParser
import Foundation
import Messaging
import Model

struct ReportsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reports",
        abstract: "Show what was extracted and loaded.",
        discussion: """
            deskpipe reports                      the last loads, by table
            deskpipe reports extraction           the last runs
            deskpipe reports loading -o json      the reports as they are, newest last
            """
    )

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case loading
        case extraction
    }

    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "loading or extraction.")
    var kind: Kind = .loading

    @Option(help: "Only this table's loads.")
    var table: String?

    @Option(help: "At most so many, the newest.")
    var limit = 50

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be positive") }
    }

    func run() async throws {
        let settings = try options.settings()
        let transport = try TransportOpening.openForReading(settings, logger: options.logger("deskpipe.reports"))
        try await transport.whileOpen {
            switch kind {
            case .loading: try await printLoads(settings.namespace, transport)
            case .extraction: try await printRuns(settings.namespace, transport)
            }
        }
    }

    private func printLoads(_ namespace: Namespace, _ transport: any Transport) async throws {
        var seen: Set<String> = []
        let reports: [LoadingReport] = try await newest(namespace.loadingReports, transport) { report in
            options.selects(ConnectionKey(tenant: report.tenant, connection: report.connection))
                && (table ?? report.table) == report.table && seen.insert(report.id).inserted
        }
        if output.output == .json { return try Terminal.print(json: reports) }
        var lines = TextTable([
            ("completed", .left), ("connection", .left), ("table", .left), ("status", .left), ("events", .right),
            ("loaded", .right), ("rejected", .right), ("max bookmark", .left), ("ms", .right),
        ])
        for report in reports {
            lines.add([
                report.completedAt.formatted(.seconds), "\(report.tenant)/\(report.connection)", report.table,
                report.status.rawValue + (report.error.map { ": \($0)" } ?? ""), report.events.grouped,
                report.rowsLoaded.grouped, report.rowsRejected.grouped,
                report.maxBookmark.map { "\($0.column): \($0.value)" } ?? "", report.durationMilliseconds.description,
            ])
        }
        Terminal.print(reports.isEmpty ? ["nothing has been loaded yet"] : lines.lines())
    }

    private func printRuns(_ namespace: Namespace, _ transport: any Transport) async throws {
        let reports: [ExtractionReport] = try await newest(namespace.extractionReports, transport) { report in
            options.selects(ConnectionKey(tenant: report.tenant, connection: report.connection))
        }
        if output.output == .json { return try Terminal.print(json: reports) }
        var table = TextTable([
            ("started", .left), ("connection", .left), ("status", .left), ("stream", .left), ("state", .left),
            ("records", .right), ("requests", .right), ("as of", .left),
        ])
        for report in reports {
            for stream in report.streams {
                table.add([
                    report.startedAt.formatted(.seconds), "\(report.tenant)/\(report.connection)",
                    report.status.rawValue, stream.stream.rawValue,
                    stream.status.rawValue + (stream.reason.map { ": \($0)" } ?? ""), stream.records.grouped,
                    stream.requests.grouped, stream.asOf?.formatted(.seconds) ?? "",
                ])
            }
        }
        Terminal.print(reports.isEmpty ? ["nothing has been extracted yet"] : table.lines())
    }

    /// The newest reports that are wanted, oldest first. What does not decode is passed over.
    private func newest<Report: Decodable>(
        _ topic: String,
        _ transport: any Transport,
        _ isWanted: (Report) -> Bool
    ) async throws -> [Report] {
        var found: [(time: Timestamp, report: Report)] = []
        try await transport.read(topic) { delivery in
            guard let value = delivery.value,
                let report = try? JSONDecoder().decode(Report.self, from: Data(value)), isWanted(report)
            else { return }
            found.append((delivery.timestamp, report))
            if found.count > 4 * limit { found = Array(found.sorted { $0.time < $1.time }.suffix(limit)) }
        }
        return found.sorted { $0.time < $1.time }.suffix(limit).map(\.report)
    }
}
