import ArgumentParser
import Catalog
import Extractor
import Foundation
import Logging
import Messaging
import Model
import ServiceRuntime

struct ResetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Have streams read anew by the next run; the others keep their place.",
        discussion: """
            deskpipe reset --stream tickets   read tickets again from the start date
            deskpipe reset --stream tickets --from 2026-01-01
            deskpipe reset --yes              all streams of the connection

            Rows stay, and are replaced by those that come again. A table that was
            dropped, or lost what Deskpipe needs, is made anew.
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    @Option(
        name: .customLong("stream"),
        help: "This stream; can be given again for another one.",
        completion: .list(Catalog.streams.map(\.name.rawValue))
    )
    var streams: [String] = []

    @Option(help: "Read what changed since this day, 2026-01-01, or time.", transform: ResetCommand.time)
    var from: Timestamp?

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @Flag(help: "Do not wait for an extractor's acknowledgement.")
    var noWait = false

    func run() async throws {
        let settings = try options.settings()
        let definitions = try await options.definitions(settings, options.logger("deskpipe.reset"))
        guard !streams.isEmpty || yes || Self.isAtTerminal else { throw ResetFailure.noStream }
        let choice = ResetChoice(streams: streams, from: from, now: SystemClock().now())
        let written = try choice.definition(among: definitions)
        // A log on this machine that nobody owns has no extractor to ask.
        if try TransportOpening.isOwned(settings) != false { return try await ask(settings, choice, written) }
        let transport = try await open(settings)
        try await transport.whileOpen {
            let registry = try await ConnectionRegistry.read(from: transport, settings.namespace)
            // The start date is the one that was first applied.
            let plan = try choice.plan(registry[written.key] ?? written)
            if try await isWanted(plan) {
                let bookmarks = try await StreamReset(transport, settings.namespace).perform(plan, at: choice.now)
                try show(plan.steps.map { ResetRow($0, plan.connection, bookmarks[$0.stream]) })
            } else {
                Terminal.note("nothing was changed")
            }
        }
    }

    /// Has the extractor that holds the connection do it.
    private func ask(_ settings: Settings, _ choice: ResetChoice, _ written: ConnectionDefinition) async throws {
        let transport = try TransportOpening.openForAsking(settings, logger: options.logger("deskpipe.reset"))
        let outcome = try await transport.whileOpen { () -> (plan: ResetPlan, asked: [AskedCommand])? in
            let registry = try await ConnectionRegistry.read(from: transport, settings.namespace)
            guard let definition = registry[written.key] else { throw NothingApplied(namespace: settings.namespace) }
            let plan = try choice.plan(definition)
            guard try await isWanted(plan) else { return nil }
            let names: [StreamName?] = streams.isEmpty ? [nil] : streams.map(StreamName.init(rawValue:))
            let commands = names.map {
                (key: plan.connection, command: Command(.reset, stream: $0, from: from, at: choice.now, by: "cli"))
            }
            return (plan, try await CommandDesk(settings: settings, transport: transport).ask(commands, waits: !noWait))
        }
        guard let (plan, asked) = outcome else { return Terminal.note("nothing was changed") }
        switch output.output {
        case .json: try Terminal.print(json: asked)
        case .table:
            Terminal.print(plan.steps.map { ResetRow($0, plan.connection, nil).line })
            Terminal.print(AskedCommand.table(asked))
        }
    }

    /// The bookmarks of an embedded log can only be written while no run keeps them.
    private func open(_ settings: Settings) async throws -> any Transport {
        do {
            return try await TransportOpening.open(settings, logger: options.logger("deskpipe.reset"))
        } catch MessagingError.locked(let path, let pid) {
            throw ResetFailure.isRunning(path: path, pid: pid)
        }
    }

    /// Asks a person at a terminal.
    private func isWanted(_ plan: ResetPlan) async throws -> Bool {
        guard !yes, Self.isAtTerminal else { return true }
        for step in plan.steps { Terminal.note(ResetRow(step, plan.connection, nil).line) }
        Terminal.note("Reset \(plan.steps.count == 1 ? "it" : "them")? [y/N]")
        return ["y", "yes"].contains(try await StandardInput.line()?.lowercased())
    }

    private static var isAtTerminal: Bool { Terminal(descriptor: STDIN_FILENO).isInteractive }

    private func show(_ rows: [ResetRow]) throws {
        switch output.output {
        case .json: try Terminal.print(json: rows)
        case .table:
            Terminal.print(rows.map(\.line))
            Terminal.note("the next run does it")
        }
    }

    private static func time(_ text: String) throws -> Timestamp {
        guard let time = Timestamp(parsing: text) else {
            throw ValidationError("--from takes a date such as 2026-01-01, or a time such as 2026-01-01T12:00:00Z")
        }
        return time
    }
}
