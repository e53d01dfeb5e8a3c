import ArgumentParser
import Messaging
import Model
import ServiceRuntime

struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Publish the file's connections, so that extractors and loaders take them up.",
        discussion: """
            deskpipe apply                  connections that are new or changed
            deskpipe apply --prune          and delete those that left the file; their tables stay
            """
    )

    @OptionGroup var options: CommonOptions

    @Flag(help: "Delete connections that left the file; their tables stay.")
    var prune = false

    func run() async throws {
        let settings = try options.settings()
        let logger = options.logger("deskpipe.apply")
        let transport = try await TransportOpening.open(settings, makesTopics: true, logger: logger)
        let publisher = ConnectionsPublisher(transport: transport, namespace: settings.namespace)
        let changes = try await transport.whileOpen {
            try await publisher.apply(settings.connections, prune: prune, now: SystemClock().now())
        }
        Terminal.print(Self.lines(changes))
    }

    static func lines(_ changes: ConnectionsPublisher.Changes) -> [String] {
        var lines = changes.published.map { "published  \($0)" } + changes.unchanged.map { "unchanged  \($0)" }
        for key in changes.left {
            lines.append(
                changes.pruned.contains(key)
                    ? "deleted    \(key)" : "not in the file any more: \(key); --prune deletes it"
            )
        }
        for (account, tenants) in changes.shared.sorted(by: { $0.key < $1.key }) {
            let names = tenants.map(\.description).joined(separator: ", ")
            lines.append(
                "warning: the tenants \(names) all read the account \(account); one tenant with several connections would "
                    + "share its request budget, these can only meet at Zendesk's limit: lower their `rate.share`"
            )
        }
        return lines.isEmpty ? ["the file names no connection"] : lines
    }
}
