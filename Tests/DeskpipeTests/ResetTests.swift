import Extractor
import Model
import Testing

@testable import Deskpipe

@Suite("reset: whom it is meant for, and what it says")
struct ResetCommandTests {
    private static let now = Timestamp(seconds: 1_795_168_800)

    private static func connections() throws -> [ConnectionDefinition] {
        let yaml = """
            connections:
              - { tenant: acme, id: support, source: zendesk-support, subdomain: acme, start_date: 2025-11-20,
                  auth: { type: oauth_token, token: "env:T" }, streams: { exclude: [users] } }
              - { tenant: acme, id: chat, source: zendesk-chat, subdomain: acme, start_date: 2025-11-20,
                  auth: { type: oauth_token, token: "env:T" } }
              - { tenant: beta, id: support, source: zendesk-support, subdomain: beta, start_date: 2025-11-20,
                  schema: beta, auth: { type: oauth_token, token: "env:T" }, streams: { include: [users, tags] } }
            """
        return try Settings(yaml: yaml, file: "deskpipe.yaml", environment: [:]).connections.map(\.definition)
    }

    private static func chosen(_ streams: String...) throws -> String {
        let choice = ResetChoice(streams: streams, from: nil, now: now)
        return try choice.definition(among: try connections()).key.description
    }

    @Test("the only connection that reads the streams is meant; of several one has to be named")
    func choice() throws {
        #expect(try Self.chosen("tickets") == "acme/support")
        #expect(try Self.chosen("chats") == "acme/chat")
        #expect(try Self.chosen("users") == "beta/support")
        let error = #expect(throws: ResetFailure.self) { try Self.chosen("tags") }
        #expect(error?.message.contains("acme/support and beta/support") == true && error?.exitCode == .usage)
        #expect(throws: ResetError.unknownStream("ticket", nearest: "tickets")) { try Self.chosen("ticket") }
        let unread = #expect(throws: ResetError.self) { try Self.chosen("macros", "users") }
        #expect(unread?.message.contains("does not read") == true)
    }

    @Test("a line says what the next run reads, and what keeps its place")
    func lines() throws {
        let definition = try #require(try Self.connections().first)
        let plan = try ResetPlan(of: definition, streams: [], now: Self.now)
        let lines = plan.steps.map { ResetRow($0, plan.connection, nil).line }
        #expect(lines.contains("acme/support  groups  is read again, all of it"))
        let tickets = try ResetPlan(of: definition, streams: ["tickets"], now: Self.now).steps
        #expect(
            tickets.map { ResetRow($0, plan.connection, nil).line } == [
                "acme/support  tickets  is read again: all that changed since 2025-11-20; "
                    + "ticket_metrics, ticket_audits keep their place"
            ]
        )
        let comments = try ResetPlan(of: definition, streams: ["ticket_comments"], now: Self.now).steps
        let audits = comments.first { $0.stream == "ticket_audits" }.map { ResetRow($0, plan.connection, nil).line }
        #expect(audits?.contains("because its records bring rows of ticket_comments") == true)
        #expect(audits?.contains("for each of the tickets that changed since 2025-11-20") == true)
    }
}
