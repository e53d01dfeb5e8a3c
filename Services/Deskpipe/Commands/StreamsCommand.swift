import ArgumentParser
import Catalog
import Extractor
import Foundation
import Logging
import Messaging
import Model
import ServiceRuntime

struct StreamsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "streams",
        abstract: "Show the streams there are: which are selected, how they are read, what became of them.",
        discussion: """
            deskpipe streams             of the configured connections; without a
                                         configuration file, of both products
            deskpipe streams --check     asks Zendesk for each selected one
            deskpipe streams -o json     the same for programs
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Ask Zendesk whether each selected stream can be read.")
    var check = false

    func run() async throws {
        let rows = try await rows()
        switch output.output {
        case .json:
            try Terminal.print(json: rows)
        case .table:
            Terminal.print(StreamRow.table(rows))
        }
    }

    private func rows() async throws -> [StreamRow] {
        guard options.hasSettings else {
            return Catalog.streams.map { StreamRow($0, connection: nil, isSelected: $0.isDefault) }
        }
        let logger = options.logger("deskpipe.streams")
        var settings = try options.settings()
        let definitions = try await options.definitions(settings, logger)
        settings = settings.withKey(of: definitions)
        var rows: [StreamRow] = []
        for definition in definitions {
            let selected = Set(
                try Catalog.streams(of: definition.source, selectedBy: definition.streams).map(\.name)
            )
            let verdicts =
                check
                ? try await asked(definition, settings, logger) : try await known(definition.key, settings, logger)
            rows += Catalog.streams(of: definition.source).map { stream in
                let isSelected = selected.contains(stream.name)
                var row = StreamRow(stream, connection: definition.key, isSelected: isSelected)
                if isSelected { row.verdict = verdicts[stream.name] }
                return row
            }
        }
        return rows
    }

    /// What Zendesk says now.
    private func asked(
        _ definition: ConnectionDefinition,
        _ settings: Settings,
        _ logger: Logger
    ) async throws -> [StreamName: String] {
        let access = ZendeskAccess(
            connections: HTTPConnections(),
            secrets: SecretResolver(),
            userAgent: Version.userAgent,
            clock: SystemClock()
        )
        let findings: [StreamName: CheckFinding]
        do {
            findings = try await StoredLogins.look(at: definition, settings, logger: logger) { keeper in
                try await ConnectionCheck(definition, access: access, keeper: keeper).streams()
            }
        } catch {
            await access.connections.close()
            throw error
        }
        await access.connections.close()
        return findings.mapValues(\.verdict)
    }

    /// What the last run left: the parked streams of the connection's state, else what its report says.
    private func known(
        _ key: ConnectionKey,
        _ settings: Settings,
        _ logger: Logger
    ) async throws -> [StreamName: String] {
        let transport: any Transport
        do {
            transport = try TransportOpening.openForReading(settings, logger: logger)
        } catch let error as MessagingError {
            // Before the first run there is no log to read.
            logger.debug("no log to read verdicts from", metadata: [LogKeys.error: "\(error.message)"])
            return [:]
        }
        return try await transport.whileOpen {
            let state = try await BookmarkStore(transport, settings.namespace).saved(for: key).state
            var verdicts = try await lastReport(of: key, transport, settings.namespace)
            for (stream, parking) in state?.parked ?? [:] { verdicts[stream] = "parked: \(parking.reason)" }
            return verdicts
        }
    }

    private func lastReport(
        of key: ConnectionKey,
        _ transport: any Transport,
        _ namespace: Namespace
    ) async throws -> [StreamName: String] {
        var verdicts: [StreamName: String] = [:]
        try await transport.read(namespace.extractionReports, partitions: [transport.partition(of: key)]) { delivery in
            // What does not decode is passed over, as in `reports`.
            guard delivery.keyText == key.description, let report = delivery.decoded(as: ExtractionReport.self)
            else { return }
            for stream in report.streams {
                verdicts[stream.stream] = stream.status.words + (stream.reason.map { ": \($0)" } ?? "")
            }
        }
        return verdicts
    }
}

extension StreamReport.Status {
    /// `caught up`
    fileprivate var words: String { rawValue.replacing("_", with: " ") }
}
