import ArgumentParser
import Model
import ServiceRuntime

struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask a service of this machine whether it is ready: a container's health check.",
        discussion: """
            Prints /readyz and ends with 0 where the service is ready. It asks where
            health.listen of the configuration says, or at 127.0.0.1:9464.

            deskpipe health
            deskpipe health --live --listen 127.0.0.1:9465
            """
    )

    @Option(name: .shortAndLong, help: "The configuration file.")
    var config: String?

    @Option(help: "Where the service listens, in place of health.listen.")
    var listen: String?

    @Flag(help: "Ask only whether the service answers (/livez).")
    var live = false

    func run() async throws {
        let address = try address()
        let answer = try await HealthProbe(address).get(live ? "/livez" : "/readyz")
        guard answer.status == 200 else { throw HealthError.notReady(address, text: answer.text) }
        Terminal.print(answer.text.split(separator: "\n").map(String.init))
    }

    private func address() throws -> ListenAddress {
        if let listen {
            guard let address = ListenAddress(parsing: listen) else {
                throw ValidationError("--listen is an address such as 127.0.0.1:9464")
            }
            return address
        }
        // Without a file the environment says all.
        let settings = try config.map { try Settings(file: $0) } ?? Settings.ofEnvironment()
        if case .at(let address) = settings.health { return address }
        return .standard
    }
}
