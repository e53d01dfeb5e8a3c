import ArgumentParser
import Messaging
import Model
import ServiceRuntime

/// What commands have in common that ask an extractor for something.
struct AskOptions: ParsableArguments {
    @OptionGroup var options: CommonOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Do not wait for an extractor's acknowledgement.")
    var noWait = false

    /// Gives the selected connections a command and tells what became of it.
    func ask(_ type: Command.Kind) async throws {
        let settings = try options.settings()
        let transport = try TransportOpening.openForAsking(settings, logger: options.logger("deskpipe.command"))
        let asked = try await transport.whileOpen {
            let registry = try await ConnectionRegistry.read(from: transport, settings.namespace)
            let chosen = registry.connections.map(\.key).filter { options.selects($0) }
            guard !chosen.isEmpty else { throw NothingApplied(namespace: settings.namespace) }
            let now = SystemClock().now()
            let desk = CommandDesk(settings: settings, transport: transport)
            return try await desk.ask(chosen.map { ($0, Command(type, at: now, by: "cli")) }, waits: !noWait)
        }
        try show(asked)
    }

    func show(_ asked: [AskedCommand]) throws {
        switch output.output {
        case .json: try Terminal.print(json: asked)
        case .table: Terminal.print(AskedCommand.table(asked))
        }
    }
}

struct RunNowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-now",
        abstract: "Have connections run now, whatever their schedules say; paused ones too.",
        discussion: """
            deskpipe run-now                         every connection
            deskpipe run-now --connection support    one
            """
    )

    @OptionGroup var asking: AskOptions

    func run() async throws { try await asking.ask(.run) }
}

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Begin no more scheduled runs of connections until they are resumed.",
        discussion: """
            A run under way goes on (stop ends it), and what is extracted still loads.

            deskpipe pause --tenant acme
            """
    )

    @OptionGroup var asking: AskOptions

    func run() async throws { try await asking.ask(.pause) }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Run paused connections on their schedules again.",
        discussion: "deskpipe resume --tenant acme"
    )

    @OptionGroup var asking: AskOptions

    func run() async throws { try await asking.ask(.resume) }
}

struct StopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "End the runs of connections that are under way, at their next page.",
        discussion: """
            What is extracted still loads; the next run goes on from there.

            deskpipe stop --connection support
            """
    )

    @OptionGroup var asking: AskOptions

    func run() async throws { try await asking.ask(.stop) }
}
