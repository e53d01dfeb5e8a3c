import ArgumentParser
import Messaging
import Model
import ServiceRuntime
import Transports

struct TopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "See to the namespace's Kafka topics: those of every stream there is, and those of the services.",
        discussion: """
            deskpipe topics plan    what is missing or otherwise than it should be
            deskpipe topics apply   make and mend it
            Ends with 3 where something is, or stays, otherwise.
            """,
        subcommands: [Plan.self, Apply.self],
        defaultSubcommand: Plan.self
    )

    struct Plan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "plan",
            abstract: "What is missing or otherwise than it should be. Nothing is changed.",
            discussion: "deskpipe topics plan -o json"
        )

        @OptionGroup var options: CommonOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await TopicsCommand.onCluster(options) { transport, settings in
                let plan = try await transport.plan(TransportOpening.topics(of: settings.namespace))
                try TopicsCommand.report(TopicsView(plan), output.output)
            }
        }
    }

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "apply",
            abstract: "Make the topics that are missing and mend those that differ; their other settings stay.",
            discussion: "deskpipe topics apply"
        )

        @OptionGroup var options: CommonOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await TopicsCommand.onCluster(options) { transport, settings in
                let plans = try await transport.apply(TransportOpening.topics(of: settings.namespace))
                try TopicsCommand.report(TopicsView(plans.after, before: plans.before), output.output)
            }
        }
    }

    private static func onCluster(
        _ options: CommonOptions,
        _ body: (KafkaTransport, Settings) async throws -> Void
    ) async throws {
        let settings = try options.settings()
        guard let transport = try TransportOpening.openCluster(settings, logger: options.logger("deskpipe.topics"))
        else {
            return Terminal.note("\(settings.transport) makes its topics itself: there is nothing to plan or apply")
        }
        try await transport.whileOpen { try await body(transport, settings) }
    }

    private static func report(_ view: TopicsView, _ format: OutputFormat) throws {
        switch format {
        case .json: try Terminal.print(json: view)
        case .table: Terminal.print(view.lines())
        }
        if !view.isFulfilled { throw ProcessExit(Model.ExitCode.partial) }
    }
}
