import ArgumentParser
import Model

/// Lists what this binary can be configured with, for tests of what configures it.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "List every setting of a configuration, with its variable; check a file.",
        discussion: """
            deskpipe settings                          all that there are
            deskpipe settings -c deskpipe.yaml         ends with 78 and the line where the file is wrong
            """
    )

    @Option(name: .shortAndLong, help: "A configuration file to check, with the environment.")
    var config: String?

    @OptionGroup var output: OutputOptions

    func run() throws {
        // Nothing is connected to, and no secret is read.
        if let config { _ = try Settings(file: config) }
        let settings = try SettingsRecord.all()
        switch output.output {
        case .json: try Terminal.print(json: settings)
        case .table:
            var table = TextTable([("setting", .left), ("variable", .left), ("must be", .left)])
            for setting in settings { table.add([setting.path, setting.environment, setting.expected]) }
            Terminal.print(table.lines())
        }
    }
}
