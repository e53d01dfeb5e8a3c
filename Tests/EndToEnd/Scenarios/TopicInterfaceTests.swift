import Foundation
import Logging
import Messaging
import Model
import Testing
import Transports
import ZendeskSimulator

/// docs/reports.md against the messages of real runs.
@Suite("Topics as an interface")
struct TopicInterfaceTests {
    /// A schema of the page and the command beside it.
    private struct Section {
        var schema: JSONShape
        var command: String
    }

    private static let kcat = "/usr/bin/kcat"

    @Test("the page has a schema and a command for the event, the bookmark and both reports")
    func page() throws {
        let sections = try Self.sections()
        #expect(sections.map(\.schema.title) == ["event", "bookmark", "extraction report", "loading report"])
        #expect(sections.allSatisfy { $0.command.hasPrefix("kcat ") })
    }

    @Test("a schema finds what does not fit it")
    func validator() throws {
        let schema = try #require(try Self.sections().first { $0.schema.title == "bookmark" }?.schema)
        #expect(try schema.faults(of: #"{"version":1,"sequence":7,"complete":true}"#).isEmpty)
        #expect(try schema.faults(of: #"{"version":1,"sequence":7}"#) == ["$.complete is missing"])
        #expect(try schema.faults(of: #"{"version":2,"sequence":7,"complete":true}"#) == ["$.version is not 1"])
        #expect(try schema.faults(of: #"{"version":1,"sequence":"7","complete":1}"#).count == 2)
        #expect(try schema.faults(of: #"{"version":1,"sequence":7,"complete":true,"x":1}"#).count == 1)
        #expect(try schema.faults(of: #"{"version":1,"sequence":7,"complete":true,"as_of":"now"}"#).count == 1)
    }

    @Test("messages of a run over the embedded log fit the page's schemas")
    func embedded() async throws {
        try await withScene(Setting.on(.embedded)[0], Self.options) { scene in
            try await Self.play(scene)
            let transport = try Transports.open(
                TransportURL(parsing: scene.settings.transport),
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            )
            let topics = [
                scene.namespace.records(.support, "tickets"), scene.namespace.bookmarks,
                scene.namespace.extractionReports, scene.namespace.loadingReports,
            ]
            for (topic, section) in zip(topics, try Self.sections()) {
                var messages: [String] = []
                try await transport.read(topic) { delivery in
                    guard delivery.keyText.flatMap(MessageKey.stateOwner) == nil, let value = delivery.value else {
                        return
                    }
                    messages.append(String(decoding: value, as: UTF8.self))
                }
                try Self.expect(messages, toFit: section.schema)
            }
            await transport.close()
        }
    }

    @Test(
        "the page's commands show messages that fit its schemas",
        .enabled(if: FileManager.default.isExecutableFile(atPath: kcat), "kcat is not installed")
    )
    func commands() async throws {
        try await withScene(Setting.on(.kafka)[0], Self.options) { scene in
            try await Self.play(scene)
            let servers = try #require(scene.broker?.servers ?? Setting.kafkaServers)
            for section in try Self.sections() {
                let command = section.command.replacing("deskpipe.", with: "\(scene.namespace).")
                let shell = try Program(
                    "/bin/bash",
                    ["-c", command],
                    environment: ["PATH": "/usr/bin:/bin", "BROKERS": servers],
                    in: scene.workspace.directory
                )
                let outcome = try await shell.outcome()
                #expect(outcome.exit == .status(0), "\(outcome.errors)")
                try Self.expect(outcome.output.split(separator: "\n").map(String.init), toFit: section.schema)
            }
        }
    }

    private static let options = SceneOptions(tickets: 40, streams: ["tickets", "users", "tags", "groups"])

    /// Two runs, for which Zendesk refuses a stream.
    private static func play(_ scene: Scene) async throws {
        try await scene.makeTopics()
        scene.simulator.inject(Fault("/api/v2/tags", .status(403)))
        try await scene.runOnce()
        try await scene.change(WorldChange(updated: [.tickets: 7]))
        try await scene.runOnce()
    }

    private static func expect(_ messages: [String], toFit schema: JSONShape) throws {
        #expect(!messages.isEmpty, "\(schema.title)")
        for message in messages {
            let faults = try schema.faults(of: message)
            #expect(faults.isEmpty, "\(schema.title): \(message.prefix(400))")
        }
    }

    /// Each schema of the page, with the command before it.
    private static func sections() throws -> [Section] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/reports.md"), encoding: .utf8)
        return try page.components(separatedBy: "\n## ").compactMap { section in
            guard let schema = block("json", of: section), let command = block("sh", of: section) else { return nil }
            return Section(schema: try JSONShape(schema), command: command)
        }
    }

    private static func block(_ language: String, of section: String) -> String? {
        let parts = section.components(separatedBy: "```\(language)\n")
        return parts.count > 1 ? parts[1].components(separatedBy: "\n```").first : nil
    }
}
