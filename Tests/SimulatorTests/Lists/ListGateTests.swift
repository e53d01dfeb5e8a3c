import Foundation
import Testing
import ZendeskSimulator

@Suite("Small tables: gates")
struct ListGateTests {
    private func status(_ path: String, _ change: (inout SimulatorConfiguration) -> Void) async throws -> Int {
        var configuration = SimulatorConfiguration.open()
        change(&configuration)
        return try await withSimulator(configuration) { simulator in
            let isChat = path.hasPrefix("chat/")
            let token = isChat ? "Bearer simulator-chat-token" : "Bearer simulator-token"
            return try await APIClient(simulator, authorization: token)
                .send("GET", "/api/v2/\(path)?start_time=0").status
        }
    }

    @Test(
        "A plan without a feature is refused, and the plan that has it is not",
        arguments: [
            ("ticket_forms", ListSettings.Plan.growth), ("slas/policies", .growth),
            ("business_hours/schedules", .professional), ("routing/attributes", .professional),
            ("audit_logs", .enterprise), ("custom_roles", .enterprise), ("group_slas/policies", .enterprise),
            ("workspaces", .enterprise),
        ]
    )
    func plans(path: String, plan: ListSettings.Plan) async throws {
        let lower = try #require(ListSettings.Plan(rawValue: plan.rawValue - 1))
        #expect(try await status(path) { $0.lists.plan = lower } == 403)
        #expect(try await status(path) { $0.lists.plan = plan } == 200)
    }

    @Test("What is not installed is not found")
    func products() async throws {
        for path in ["channels/voice/phone_numbers", "channels/voice/stats/incremental/calls"] {
            #expect(try await status(path) { $0.lists.hasTalk = false } == 404)
        }
        for path in ["help_center/sections", "help_center/incremental/articles", "community/posts"] {
            #expect(try await status(path) { $0.lists.hasHelpCenter = false } == 404)
        }
        #expect(try await status("services/jira/links") { $0.lists.hasJira = false } == 404)
        #expect(try await status("macros") { $0.lists.plan = .team } == 200)
    }

    @Test("What only admins may see is closed to agents; tags and macros are not")
    func roles() async throws {
        for path in ["triggers", "audit_logs", "slas/policies", "user_fields"] {
            #expect(try await status(path) { $0.credentials.isAdmin = false } == 403)
        }
        for path in ["tags", "macros", "ticket_fields"] {
            #expect(try await status(path) { $0.credentials.isAdmin = false } == 200)
        }
    }

    @Test("A Chat that is not there is not found; without its API all but the account is forbidden")
    func chat() async throws {
        for path in ["chat/agents", "chat/account", "chat/incremental/chats"] {
            #expect(try await status(path) { $0.chat.isInstalled = false } == 404)
        }
        #expect(try await status("chat/agents") { $0.chat.hasAPI = false } == 403)
        #expect(try await status("chat/incremental/chats") { $0.chat.hasAPI = false } == 403)
        #expect(try await status("chat/account") { $0.chat.hasAPI = false } == 200)
    }
}
