import ArgumentParser
import Catalog
import Console
import Extractor
import Foundation
import Messaging
import Model
import ServiceRuntime

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show what runs said, beside a running process too.",
        discussion: """
            deskpipe logs                     the last run of each connection
            deskpipe logs --follow            and what comes, until Ctrl-C
            deskpipe logs --level warning     warnings and errors
            deskpipe logs -o json             one JSON object per line
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    @Flag(name: .shortAndLong, help: "Go on with what comes, until Ctrl-C.")
    var follow = false

    @Option(help: "This run, or the runs whose name begins so.")
    var run: String?

    @Option(
        help: "At least this level: debug, info, warning or error.",
        completion: .list(LogLine.Level.allCases.map(\.rawValue)),
        transform: LogsCommand.level
    )
    var level: LogLine.Level = .debug

    @Option(help: "Only this stream's lines.", completion: .list(Catalog.streams.map(\.name.rawValue)))
    var stream: String?

    func run() async throws {
        let settings = try options.settings()
        let transport = try TransportOpening.openForReading(settings, logger: options.logger("deskpipe.logs"))
        try await transport.whileOpen {
            if follow {
                let stop = StopSignal()
                let (_, signal) = try await SignalWatch.whileRunning(stop: stop) {
                    try await show(settings.namespace, transport, until: stop)
                }
                if let signal { throw ProcessExit(signal: signal) }
            } else {
                try await show(settings.namespace, transport, until: nil)
            }
        }
    }

    /// Prints what is there and, with a signal, what comes until it is set.
    private func show(_ namespace: Namespace, _ transport: any Transport, until stop: StopSignal?) async throws {
        var selection = LogSelection(
            of: options.filter,
            run: run,
            level: level,
            stream: stream.map(StreamName.init(rawValue:))
        )
        var tail = LogTail(transport, of: options.filter, topic: namespace.extractionLogs)
        let view = LogView(format: output.output, terminal: Terminal(descriptor: STDOUT_FILENO))
        try await tail.readOn { selection.add($0) }
        if selection.found.isEmpty, stop == nil { Terminal.note("no run has said anything like that yet") }
        view.print(selection.found)
        guard let stop else { return }
        while !stop.isSet {
            // It throws when the signal is set, which the loop sees.
            _ = try? await stop.interrupting { try await Task.sleep(for: .milliseconds(500)) }
            var new: [LogLine] = []
            try await tail.readOn { line in
                if selection.wants(line) { new.append(line) }
            }
            view.print(new)
        }
    }

    private static func level(_ text: String) throws -> LogLine.Level {
        guard let level = LogLine.Level(rawValue: text) else {
            throw ValidationError("there is no level \(text); write debug, info, warning or error")
        }
        return level
    }
}
