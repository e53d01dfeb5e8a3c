import Console
import ConsoleWeb
import Foundation
import Hummingbird
import Messaging
import Model
import TestSupport
import Testing

@Suite("docs/console.md")
struct DocumentTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test("every address of the API that the document has is answered, and none is missing")
    func routes() async throws {
        let text = try String(contentsOf: Self.root.appending(path: "docs/console.md"), encoding: .utf8)
        let documented = text.matches(of: #/\| `(\/api\/v1\/[^`]*)` \|/#).map { String($0.output.1) }
        let routes = try ["APIRoutes", "CommandAnswerRoutes"].reduce(0) { count, name in
            let source = Self.root.appending(path: "Services/Console/Web/Routes/\(name).swift")
            return try String(contentsOf: source, encoding: .utf8).matches(of: #/get\((?:router, )?"/#).count + count
        }
        #expect(documented.count == routes && Set(documented).count == routes)
        let stage = try await Stage()
        let definition = try Sample.definition()
        let run = Sample.run(of: definition, at: Stage.noon - .seconds(600))
        try await stage.publish(stage.namespace.connections, definition.key, definition)
        try await stage.publish(stage.namespace.extractionReports, definition.key, run)
        var state = ConnectionState()
        let finding = CheckFinding("login", on: "acme.zendesk.com")
        state.check = CheckReport(command: "c", startedAt: Stage.noon, completedAt: Stage.noon, findings: [finding])
        try await stage.publish(stage.namespace.bookmarks, definition.key, state, key: MessageKey.state(definition.key))
        try await stage.feed.readOn()
        try await stage.server().visited { guest in
            for path in documented {
                let answer = try await guest.get(path.replacing("RUN", with: run.run.rawValue))
                let type = path == "/api/v1/logs" ? "application/x-ndjson" : "application/json; charset=utf-8"
                #expect(answer.status == 200 && answer.headers[.contentType] == type, "\(path)")
            }
        }
    }
}
