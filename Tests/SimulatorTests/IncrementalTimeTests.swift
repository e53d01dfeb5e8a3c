import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("Incremental time exports")
struct IncrementalTimeTests {
    @Test("An export brings every organization, and the seam's second twice", arguments: [0, 1, 10, 11, 25])
    func completeness(size: Int) async throws {
        try await withSimulator(.open(sizes: [.organizations: size])) { simulator in
            let client = APIClient(simulator)
            var url = "/api/v2/incremental/organizations.json?start_time=0&per_page=10"
            var pages: [[Int]] = []
            while true {
                try #require(pages.count < 20, "the export does not end")
                let reply = try await client.send("GET", url)
                let page = try reply.object()
                let records = try reply.records("organizations")
                pages.append(ids(records))
                #expect(page["count"] as? Int == records.count)
                url = try #require(page["next_page"] as? String)
                let last = records.last?["updated_at"] as? String
                let end = last.flatMap { Timestamp(parsing: $0) }?.seconds ?? 0
                #expect(page["end_time"] as? Int == Int(end))
                #expect(url.contains("start_time=\(end)"))
                if page["end_of_stream"] as? Bool == true { break }
            }
            #expect(Set(pages.flatMap { $0 }) == Set(ids(try await client.truth("organizations"))))
            for (page, next) in zip(pages, pages.dropFirst()) { #expect(page.last == next.first) }
        }
    }

    @Test("More organizations in one second than a page holds make `next_page` go round in circles")
    func storm() async throws {
        var configuration = SimulatorConfiguration.open(sizes: [.organizations: 30])
        configuration.world.inOneSecond = [.organizations: 30]
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            let start = "/api/v2/incremental/organizations.json?start_time=0&per_page=20"
            let first = try await client.send("GET", start).object()
            let second = try await client.send("GET", try #require(first["next_page"] as? String)).object()
            #expect(second["end_of_stream"] as? Bool == false)
            #expect(second["next_page"] as? String == first["next_page"] as? String)
            let wide = try await client.send("GET", "/api/v2/incremental/organizations.json?start_time=0&per_page=30")
            #expect(try wide.object()["end_of_stream"] as? Bool == true)
            #expect(try wide.records("organizations").count == 30)
        }
    }

    @Test("A deleted organization has its time of deletion and another name")
    func deleted() async throws {
        try await withSimulator(.open(sizes: [.organizations: 5])) { simulator in
            let client = APIClient(simulator)
            let change = await simulator.change(WorldChange(deleted: [.organizations: 1]))
            let id = try #require(change.deleted[.organizations]?.first)
            let url = "/api/v2/incremental/organizations.json?start_time=\(change.firstSecond)"
            let record = try #require(try await client.send("GET", url).records("organizations").first)
            #expect(record["id"] as? Int == Int(id))
            #expect((record["name"] as? String)?.hasPrefix("\(id)_deleted_") == true)
            #expect(record["deleted_at"] as? String == record["updated_at"] as? String)
        }
    }
}
