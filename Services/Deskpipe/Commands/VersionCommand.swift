import ArgumentParser
import ServiceRuntime

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the version.",
        discussion: "deskpipe version"
    )

    func run() {
        Terminal.print(["deskpipe \(Version.current)"])
    }
}
