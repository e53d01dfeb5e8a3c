import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("Chat")
struct ChatTests {
    private static let chats = ListCase("chat/chats", "chat/incremental/chats", "chats", .chat)

    private func chat(_ simulator: Simulator) -> APIClient {
        APIClient(simulator, authorization: "Bearer simulator-chat-token")
    }

    @Test("Only Chat's own tokens are good for it", arguments: ["Bearer simulator-token", "Basic YTpi", nil])
    func credentials(authorization: String?) async throws {
        try await withSimulator(.open()) { simulator in
            let client = APIClient(simulator, authorization: authorization)
            let reply = try await client.send("GET", "/api/v2/chat/agents")
            #expect(reply.status == 401)
            #expect(try reply.object()["error"] as? String == "Unauthorized")
            let support = try await chat(simulator).send("GET", "/api/v2/groups.json")
            #expect(support.status == 401)
        }
    }

    @Test("More chats of one second than a page holds are all read by `start_id`", arguments: [100, 101, 250])
    func storm(size: Int) async throws {
        var configuration = SimulatorConfiguration.open()
        configuration.lists.sizes["chat/chats"] = 300
        configuration.lists.inOneSecond["chat/chats"] = size
        try await withSimulator(configuration) { simulator in
            let pages = try await ListReader(chat(simulator), Self.chats).pages()
            let found = pages.joined().compactMap { $0["id"] as? String }
            #expect(found.count == 300)
            #expect(Set(found).count == 300)
            let times = Dictionary(grouping: pages.joined()) { $0["update_timestamp"] as? String ?? "" }
            #expect(times.values.map(\.count).max() ?? 0 >= size)
        }
    }

    @Test("Without `start_id` the second is inclusive; with it the record itself does not come again")
    func seam() async throws {
        try await withSimulator(.open()) { simulator in
            let client = chat(simulator)
            let path = "/api/v2/chat/incremental/chats?fields=chats(*)&limit=10"
            let page = try await client.send("GET", path + "&start_time=0").object()
            let time = try #require(page["end_time"] as? Int)
            let id = try #require(page["end_id"] as? String)
            let again = try await client.send("GET", path + "&start_time=\(time)").records("chats")
            #expect(again.first?["id"] as? String == id)
            let beyond = try await client.send("GET", path + "&start_time=\(time)&start_id=\(id)").records("chats")
            #expect(!beyond.contains { $0["id"] as? String == id })
            #expect(beyond.first?["id"] as? String == again[1]["id"] as? String)
            #expect((page["next_page"] as? String)?.contains("start_id=\(id)") == true)
        }
    }

    @Test("At the end `next_page` is there, and leads to the changes that come after")
    func later() async throws {
        try await withSimulator(.open()) { simulator in
            let client = chat(simulator)
            let path = "/api/v2/chat/incremental/chats?fields=chats(*)&start_time=0"
            let page = try await client.send("GET", path).object()
            let next = try #require(page["next_page"] as? String)
            let end = try await client.send("GET", next).object()
            #expect(end["count"] as? Int == 0)
            #expect(end["end_time"] as? Int == page["end_time"] as? Int)
            let rest = try #require(end["next_page"] as? String)
            let change = simulator.change(
                ListChange(updated: ["chat/chats": 2], deleted: ["chat/chats": 1], added: ["chat/chats": 1])
            )
            let news = try await client.send("GET", rest).records("chats")
            #expect(news.count == 4)
            let deleted = news.filter { $0["deleted"] as? Bool == true }.compactMap { $0["id"] as? String }
            #expect(deleted == change.deleted["chat/chats"])
        }
    }

    @Test("Without `fields` chats say only their ids")
    func brief() async throws {
        try await withSimulator(.open()) { simulator in
            let reply = try await chat(simulator).send("GET", "/api/v2/chat/incremental/chats?start_time=0")
            #expect(try reply.records("chats").allSatisfy { Array($0.keys) == ["id"] })
            #expect(try reply.records("chats").count == 40)
        }
    }

    @Test("The timeline's times are in microseconds")
    func microseconds() async throws {
        try await withSimulator(.open()) { simulator in
            let path = "/api/v2/chat/incremental/agent_timeline?fields=agent_timeline(*)&start_time=0"
            let page = try await chat(simulator).send("GET", path).object()
            #expect(try #require(page["end_time"] as? Int) > 1_000_000_000_000_000)
            let records = try #require(page["agent_timeline"] as? [[String: Any]])
            #expect(records.allSatisfy { $0["id"] == nil && $0["start_time"] is String })
        }
    }

    @Test("A start that is too recent is refused where the settings say so")
    func tooRecent() async throws {
        var configuration = SimulatorConfiguration.open()
        configuration.chat.newestStart = .seconds(300)
        let now = SimulatorConfiguration.end.seconds + 3600
        try await withSimulator(configuration) { simulator in
            let path = "/api/v2/chat/incremental/chats?start_time="
            let young = try await chat(simulator).send("GET", path + "\(now - 299)")
            #expect(young.status == 400)
            let old = try await chat(simulator).send("GET", path + "\(now - 300)")
            #expect(old.status == 200)
        }
    }

    @Test("There are chats and messages, odd end dates, and pages and histories in the chats")
    func shapes() async throws {
        try await withSimulator(.open()) { simulator in
            let truth = try await APIClient(simulator).truth("chat/chats")
            let types = truth.compactMap { $0["type"] as? String }
            #expect(Set(types) == ["chat", "offline_msg"])
            let sessions = truth.compactMap { $0["session"] as? [String: Any] }
            let ends = sessions.compactMap { $0["end_date"] as? String }
            let odd = ends.filter { $0.hasSuffix("+00:00Z") }
            #expect(!odd.isEmpty && odd.count < ends.count)
            let chats = truth.filter { $0["type"] as? String == "chat" }
            #expect(chats.allSatisfy { ($0["history"] as? [Any])?.isEmpty == false })
            #expect(chats.contains { ($0["webpath"] as? [Any])?.isEmpty == false })
            #expect(chats.contains { ($0["conversions"] as? [Any])?.isEmpty == false })
            #expect(truth.filter { $0["type"] as? String == "offline_msg" }.allSatisfy { $0["message"] is String })
        }
    }

    @Test("The account and its routing are single records")
    func singletons() async throws {
        try await withSimulator(.open()) { simulator in
            let account = try await chat(simulator).send("GET", "/api/v2/chat/account").object()
            #expect(account["account_key"] is String)
            #expect((account["plan"] as? [String: Any])?["rest_api"] as? Bool == true)
            let routing = try await chat(simulator).send("GET", "/api/v2/chat/routing_settings/account").object()
            #expect((routing["data"] as? [String: Any])?["routing_mode"] is String)
        }
    }
}
