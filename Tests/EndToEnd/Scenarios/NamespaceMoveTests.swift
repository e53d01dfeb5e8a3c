import Foundation
import Logging
import Messaging
import Model
import Testing
import Transports
import ZendeskSimulator

/// What docs/operations.md tells to do with a tenant that gets a namespace of its own.
@Suite("A tenant that moves to another namespace")
struct NamespaceMoveTests {
    @Test(
        "it goes on where it was: nothing is read again, missing or doubled",
        arguments: Setting.on(.embedded)
    )
    func moves(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 200)) { scene in
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth()
            try await scene.deskpipe("pause")
            // It is obeyed by whoever runs next, and there is nothing left to load.
            try await scene.deskpipe("run", "--once")

            let moved = try #require(Namespace(rawValue: "\(scene.namespace)-acme"))
            #expect(try await Self.copyBookmarks(of: scene, to: moved) > 4)
            var settings = scene.settings
            settings.namespace = moved.rawValue
            try scene.workspace.write(settings)
            try await scene.change(WorldChange(updated: [.tickets: 20, .users: 3], added: [.tickets: 5]))
            #expect(try await scene.deskpipe("apply").exit == .status(0))
            let resume = try await scene.deskpipe("resume")
            #expect(resume.exit == .status(0) || resume.exit == .status(3), "\(resume.errors)")
            scene.simulator.clearAccount()
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth("after the move")
            let paths = scene.simulator.account().paths.filter { $0.key.contains("incremental") }
            #expect(!paths.isEmpty && paths.values.allSatisfy { $0 <= 2 }, "no history is read again: \(paths)")

            // What it loads is told in its own namespace alone.
            let reports = try await scene.loadingReports()
            #expect(reports.allSatisfy { $0.isBalanced } && reports.rowsLoaded("tickets") == 25)
            try await scene.change(WorldChange(updated: [.tickets: 7]))
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth("a run later")
        }
    }

    /// Copies the newest message of each key, as the page does with `kcat`.
    /// - Returns: how many.
    private static func copyBookmarks(of scene: Scene, to namespace: Namespace) async throws -> Int {
        let transport = try Transports.open(
            TransportURL(parsing: scene.settings.transport),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        try await transport.prepare(namespace.serviceTopics)
        let reader = try await transport.reader(of: scene.namespace.bookmarks, partitions: nil, from: [:])
        var messages: [Message] = []
        while let deliveries = try await reader.next(atMost: 1000) {
            for delivery in deliveries {
                messages.append(
                    Message(
                        topic: namespace.bookmarks,
                        partition: delivery.partition,
                        key: try #require(delivery.keyText),
                        value: delivery.value
                    )
                )
            }
        }
        await reader.close()
        let producer = try await transport.producer(.idempotent)
        try await producer.publish(messages)
        await producer.close()
        await transport.close()
        return Set(messages.map(\.key)).count
    }
}
