import Foundation
import Testing
import ZendeskSimulator

@Suite("Small tables: dialects")
struct ListDialectTests {
    @Test("A page above 100 is refused, and so is a numbered page above 100")
    func limits() async throws {
        try await withSimulator(.open()) { simulator in
            let client = APIClient(simulator)
            let large = try await client.send("GET", "/api/v2/macros.json?page%5Bsize%5D=101")
            #expect(large.status == 400)
            #expect(large.text.contains("page[size] cannot be greater than 100"))
            for path in ["macros", "workspaces", "channels/voice/phone_numbers"] {
                let deep = try await client.send("GET", "/api/v2/\(path).json?page=101&per_page=1")
                #expect(deep.status == 400)
                #expect(deep.text.contains("InvalidPaginationDepth"))
            }
        }
    }

    @Test("A cursor list without `page[size]` is numbered pages, and goes backwards by `page[before]`")
    func otherWays() async throws {
        var configuration = SimulatorConfiguration.open()
        configuration.lists.sizes["macros"] = 9
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            let numbered = try await client.send("GET", "/api/v2/macros?per_page=5")
            #expect(try numbered.object()["meta"] == nil)
            let second = try await client.send("GET", try #require(try numbered.object()["next_page"] as? String))
            #expect(try second.object()["next_page"] is NSNull)
            #expect(try second.records("macros").count == 4)
            let first = try await client.send("GET", "/api/v2/macros?page%5Bsize%5D=4")
            let next = try #require(try first.object()["links"] as? [String: Any])["next"] as? String
            let middle = try await client.send("GET", try #require(next))
            let previous = try #require(try middle.object()["links"] as? [String: Any])["prev"] as? String
            let back = try await client.send("GET", try #require(previous))
            #expect(ids(try back.records("macros")) == ids(try first.records("macros")))
        }
    }

    @Test("A record deleted between two pages shifts none of the others")
    func changeBetweenPages() async throws {
        var configuration = SimulatorConfiguration.open()
        configuration.lists.sizes["views"] = 20
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            let first = try await client.send("GET", "/api/v2/views?page%5Bsize%5D=10")
            simulator.change(ListChange(deleted: ["views": 6], added: ["views": 2]))
            let next = try #require(try first.object()["links"] as? [String: Any])["next"] as? String
            let second = try await client.send("GET", try #require(next).replacing("=10", with: "=100"))
            let kept = Set(ids(try await client.truth("views")))
            let found = Set(ids(try first.records("views") + second.records("views")))
            #expect(kept.isSubset(of: found))
        }
    }

    @Test("The audit log goes down unless sorted, and up within the dates asked for, both ends included")
    func auditLogs() async throws {
        try await withSimulator(.open()) { simulator in
            let client = APIClient(simulator)
            let truth = try await client.truth("audit_logs")
            let usual = try await client.send("GET", "/api/v2/audit_logs?page%5Bsize%5D=100").records("audit_logs")
            #expect(ids(usual) == ids(truth).reversed())
            let dates = truth.compactMap { $0["created_at"] as? String }
            let filter = "filter%5Bcreated_at%5D%5B%5D=\(dates[5])&filter%5Bcreated_at%5D%5B%5D=\(dates[15])"
            var found: [Int] = []
            var path = "/api/v2/audit_logs.json?page%5Bsize%5D=4&sort=created_at&\(filter)"
            while true {
                let reply = try await client.send("GET", path)
                found += ids(try reply.records("audit_logs"))
                let meta = try #require(try reply.object()["meta"] as? [String: Any])
                if meta["has_more"] as? Bool == false { break }
                try #require(found.count < 20)
                let links = try #require(try reply.object()["links"] as? [String: Any])
                path = try #require(links["next"] as? String)
            }
            #expect(found == Array(ids(truth)[5...15]))
            let odd = "/api/v2/audit_logs?page%5Bsize%5D=4&filter%5Bcreated_at%5D%5B%5D=\(dates[5])"
            #expect(try await client.send("GET", odd).status == 400)
        }
    }

    @Test("The articles' export may end with an empty page instead", arguments: [0, 1, 100, 101, 250])
    func emptyArticlePage(size: Int) async throws {
        var configuration = SimulatorConfiguration.open()
        configuration.lists.sizes["help_center_articles"] = size
        configuration.lists.inOneSecond["help_center_articles"] = min(size, 30)
        configuration.lists.articleEnd = .withEmptyPage
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            let list = try #require(ListCase.support.first { $0.dialect == .articles })
            let pages = try await ListReader(client, list).pages()
            let found = ids(pages.flatMap { $0 })
            #expect(found.sorted() == ids(try await client.truth(list.name)).sorted())
            let end = try await client.send("GET", "/api/v2/\(list.path).json?start_time=1999999999")
            #expect(try end.records("articles").isEmpty)
            #expect(try end.object()["next_page"] is String)
        }
    }

    @Test("The lists of tags and of calls have buckets of their own; Help Center and Chat draw on none of Support's")
    func buckets() async throws {
        var configuration = SimulatorConfiguration.open()
        configuration.limits = RateLimits(requests: 5)
        configuration.limits.tags = 1
        configuration.limits.talkExports = 1
        configuration.limits.chat = 2
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            let chat = APIClient(simulator, authorization: "Bearer simulator-chat-token")
            let tags = "/api/v2/tags.json?page%5Bsize%5D=1"
            let first = try await client.send("GET", tags)
            #expect(first.headers["zendesk-ratelimit-tags-index"] == "total=1; remaining=0; resets=60")
            #expect(try await client.send("GET", tags).status == 429)
            let calls = "/api/v2/channels/voice/stats/incremental/calls.json?start_time=0"
            #expect(try await client.send("GET", calls).status == 200)
            #expect(try await client.send("GET", calls.replacing("calls", with: "legs")).status == 429)
            let agents = try await chat.send("GET", "/api/v2/chat/agents")
            #expect(agents.headers["ratelimit-limit"] == "2")
            #expect(agents.headers["x-rate-limit-remaining"] == "1")
            let articles = try await client.send("GET", "/api/v2/help_center/categories?page%5Bsize%5D=1")
            #expect(articles.headers["x-rate-limit-remaining"] == "4")
            let macros = try await client.send("GET", "/api/v2/macros.json")
            #expect(macros.headers["x-rate-limit-remaining"] == "2")
            _ = try await chat.send("GET", "/api/v2/chat/agents")
            #expect(try await chat.send("GET", "/api/v2/chat/agents").status == 429)
            #expect(simulator.account().violations == 0)
            #expect(try await client.send("GET", "/api/v2/macros.json").status == 200)
            #expect(simulator.account().violations == 0)
        }
    }
}
