import ArgumentParser
import Foundation
import Model
import ServiceRuntime

/// The one executable. Commands parse and wire; the work is in the services.
@main
struct Deskpipe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deskpipe",
        abstract: "Replicates Zendesk Support and Zendesk Chat into a database of your own.",
        discussion: """
            deskpipe init         asks, and writes deskpipe.yaml
            deskpipe check        does everything work?
            deskpipe run --once   read what changed, load it, say what was done
            deskpipe run          the same on a schedule, until stopped
            """,
        version: Version.current,
        subcommands: [
            InitCommand.self, RunCommand.self, ExtractorCommand.self, LoaderCommand.self, ConsoleCommand.self,
            ApplyCommand.self, LoginCommand.self, CheckCommand.self, StreamsCommand.self, ReportsCommand.self,
            LogsCommand.self, CompareCommand.self,
            ResetCommand.self, RejectsCommand.self, HealthCommand.self, SettingsCommand.self, TopicsCommand.self,
            RunNowCommand.self, PauseCommand.self, ResumeCommand.self, StopCommand.self, StatusCommand.self,
            UsageCommand.self, AlertsCommand.self,
            VersionCommand.self,
        ]
    )

    static func main() async {
        MemoryPolicy.apply()
        // A reader of our output that goes away must not end us in the middle of a transaction.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            leave(for: error)
        }
    }

    /// Says what failed and leaves with the code that scripts rely on.
    private static func leave(for error: any Error) -> Never {
        switch error {
        case let code as ProcessExit:
            Foundation.exit(code.status)
        case let explained as any ExplainedError:
            Terminal.note("deskpipe: \(explained.message.escapedForLogs)")
            Foundation.exit(explained.exitCode.rawValue)
        default:
            let isUsage = exitCode(for: error) == .validationFailure
            if isUsage {
                Terminal.note(fullMessage(for: error))
                Foundation.exit(Model.ExitCode.usage.rawValue)
            }
            if exitCode(for: error).isSuccess { exit(withError: error) }
            Terminal.note("deskpipe: unexpected: \("\(error)".escapedForLogs)")
            Foundation.exit(Model.ExitCode.unexpected.rawValue)
        }
    }
}

/// Ends the process with a status after everything has been said.
struct ProcessExit: Error {
    let status: Int32

    init(_ code: Model.ExitCode) {
        status = code.rawValue
    }

    /// As shells show a process that a signal ended.
    init(signal: Int32) {
        status = 128 + signal
    }
}
