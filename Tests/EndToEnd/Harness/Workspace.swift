import Foundation
import TestSupport

/// A scenario's directory, and the configuration file in it.
struct Workspace: Sendable {
    private let temporary: TemporaryDirectory

    init() throws {
        temporary = try TemporaryDirectory()
    }

    var directory: URL { temporary.url }
    var configuration: URL { directory.appending(path: "deskpipe.yaml") }

    func path(_ name: String) -> String { temporary.path(name) }

    /// Writes a configuration file.
    /// - Returns: Its path.
    @discardableResult
    func write(_ settings: SettingsFile, as name: String = "deskpipe.yaml") throws -> String {
        try Data(settings.yaml.utf8).write(to: URL(filePath: path(name)))
        return path(name)
    }

    /// The files below that hold any of the texts, as `path: text`. Files are read as bytes, whatever they are.
    func files(holding texts: [String]) throws -> [String] {
        let all = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: [.isRegularFileKey])
        var found: [String] = []
        for case let file as URL in all ?? FileManager.DirectoryEnumerator() {
            guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            let content = try Data(contentsOf: file)
            found += texts.filter { content.range(of: Data($0.utf8)) != nil }.map { "\(file.lastPathComponent): \($0)" }
        }
        return found
    }
}

/// The configuration of a scenario, before it is written.
struct SettingsFile: Sendable {
    /// Streams of every kind of reading but those that take requests per record.
    static let basicStreams = ["tickets", "ticket_metrics", "users", "organizations", "groups"]

    var namespace: String
    var transport: String
    var destination: String
    var schema: String
    var endpoint: String
    /// Of each topic.
    var partitions = Broker.partitions
    var rows = 20_000
    var bytes = "16MiB"
    var age = "1s"
    var subdomain = "acme"
    var connection = "support"
    var source = "zendesk-support"
    var auth = "{ type: oauth_client_credentials, client_id: env:E2E_CLIENT, client_secret: env:E2E_SECRET }"
    var streams = Self.basicStreams
    /// Nil: no connection to Chat.
    var chatStreams: [String]?
    /// Further lines at the top level.
    var more = ""

    var yaml: String {
        """
        namespace: \(namespace)
        transport: \(transport)
        kafka:
          partitions: \(partitions)
          replication: \(Setting.replication)
          security: plaintext
          allow_plaintext: true
        destination: \(destination)
        batch: { rows: \(rows), bytes: \(bytes), age: \(age) }
        \(more)
        connections:
          - tenant: acme
            id: \(connection)
            name: Stitch Zendesk
            schema: \(schema)
            source: \(source)
            subdomain: \(subdomain)
            auth: \(auth)
            start_date: 2020-01-01
            rate: { share: 100% }
            streams: \(Self.selection(streams))
            endpoint: \(endpoint)

        """ + (chatStreams.map(chatConnection) ?? "")
    }

    private func chatConnection(_ streams: [String]) -> String {
        """
          - tenant: acme
            id: chat
            name: Stitch Zendesk Chat
            schema: \(schema)_chat
            source: zendesk-chat
            subdomain: \(subdomain)
            auth: { type: oauth_token, token: env:E2E_CHAT_TOKEN }
            start_date: 2020-01-01
            rate: { share: 100% }
            streams: \(Self.selection(streams))
            endpoint: \(endpoint)

        """
    }

    private static func selection(_ streams: [String]) -> String {
        "{ include: [\(streams.map { "\"\($0)\"" }.joined(separator: ", "))] }"
    }
}
