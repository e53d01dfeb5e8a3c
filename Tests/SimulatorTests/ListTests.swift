import Foundation
import Testing
import ZendeskSimulator

@Suite("Lists")
struct ListTests {
    @Test("A cursor list brings every group once, with links on its last page too", arguments: [0, 1, 10, 11, 25])
    func cursorList(size: Int) async throws {
        var configuration = SimulatorConfiguration.open(sizes: [.groups: size])
        configuration.world.deletedPercent = 0
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            var url = "/api/v2/groups.json?page%5Bsize%5D=10"
            var found: [Int] = []
            while true {
                try #require(found.count <= size, "the list does not end")
                let reply = try await client.send("GET", url)
                found += ids(try reply.records("groups"))
                let meta = try #require(try reply.object()["meta"] as? [String: Any])
                let links = try #require(try reply.object()["links"] as? [String: Any])
                if size == 0 {
                    #expect(meta["after_cursor"] is NSNull)
                } else {
                    url = try #require(links["next"] as? String)
                }
                if meta["has_more"] as? Bool == false { break }
            }
            #expect(found == ids(try await client.truth("groups")))
            if size > 0 { #expect(try await client.send("GET", url).records("groups").isEmpty) }
        }
    }

    @Test("A list goes backwards by `page[before]`")
    func backwards() async throws {
        try await withSimulator(.open(sizes: [.groups: 9])) { simulator in
            let client = APIClient(simulator)
            let size = "page%5Bsize%5D=4&exclude_deleted=false"
            let first = try await client.send("GET", "/api/v2/groups.json?\(size)")
            let links = try #require(try first.object()["links"] as? [String: Any])
            let second = try await client.send("GET", try #require(links["next"] as? String))
            let back = try #require(try second.object()["links"] as? [String: Any])
            let again = try await client.send("GET", try #require(back["prev"] as? String))
            #expect(ids(try again.records("groups")) == ids(try first.records("groups")))
        }
    }

    @Test("A page that is too large is refused, not cut")
    func tooLarge() async throws {
        try await withSimulator(.open()) { simulator in
            let reply = try await APIClient(simulator).send("GET", "/api/v2/groups.json?page%5Bsize%5D=101")
            #expect(reply.status == 400)
            #expect(try reply.object()["error"] as? String == "InvalidPaginationParameter")
            #expect(try reply.object()["description"] as? String == "page[size] cannot be greater than 100")
        }
    }

    @Test("Without `page[size]` the list is numbered pages, which end with a null `next_page`")
    func offsetList() async throws {
        var configuration = SimulatorConfiguration.open(sizes: [.groups: 5])
        configuration.world.deletedPercent = 0
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            let first = try await client.send("GET", "/api/v2/groups?per_page=3")
            #expect(try first.object()["meta"] == nil)
            #expect(try first.object()["count"] as? Int == 5)
            let second = try await client.send("GET", try #require(try first.object()["next_page"] as? String))
            #expect(try second.object()["next_page"] is NSNull)
            let both = try first.records("groups") + second.records("groups")
            #expect(ids(both) == ids(try await client.truth("groups")))
            let deep = try await client.send("GET", "/api/v2/groups.json?page=101&per_page=1")
            #expect(deep.status == 400)
            #expect(deep.text.contains("InvalidPaginationDepth"))
        }
    }

    @Test("Deleted groups are listed only where asked for")
    func deletedGroups() async throws {
        try await withSimulator(.open(sizes: [.groups: 8])) { simulator in
            let client = APIClient(simulator)
            let id = try #require(await simulator.change(WorldChange(deleted: [.groups: 1])).deleted[.groups]?.first)
            let usual = try await client.send("GET", "/api/v2/groups.json?page%5Bsize%5D=100")
            #expect(!ids(try usual.records("groups")).contains(Int(id)))
            let all = try await client.send("GET", "/api/v2/groups.json?page%5Bsize%5D=100&exclude_deleted=false")
            let record = try all.records("groups").first { $0["id"] as? Int == Int(id) }
            #expect(record?["deleted"] as? Bool == true)
            #expect(try all.records("groups").count == 8)
        }
    }

    @Test("Counts leave deleted records out")
    func counts() async throws {
        try await withSimulator(.open(tickets: 100)) { simulator in
            let client = APIClient(simulator)
            let live = try await client.truth("tickets").filter { $0["status"] as? String != "deleted" }.count
            let count = try await client.send("GET", "/api/v2/tickets/count.json").object()["count"] as? [String: Any]
            #expect(count?["value"] as? Int == live)
            #expect(count?["refreshed_at"] as? String == "2026-11-20T11:00:00Z")
            await simulator.change(WorldChange(deleted: [.users: 2]))
            let users = try await client.send("GET", "/api/v2/users/count.json").object()["count"] as? [String: Any]
            let active = try await client.truth("users").filter { $0["active"] as? Bool == true }
            #expect(users?["value"] as? Int == active.count)
        }
    }
}
