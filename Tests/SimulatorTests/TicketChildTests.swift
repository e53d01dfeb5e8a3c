import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("Metric events, ratings, identities")
struct TicketChildTests {
    /// Follows a cursor list to its end.
    private func list(_ client: APIClient, _ start: String, _ envelope: String) async throws -> [[String: Any]] {
        var url = start
        var found: [[String: Any]] = []
        for _ in 0..<200 {
            let reply = try await client.send("GET", url)
            #expect(reply.status == 200)
            found += try reply.records(envelope)
            let meta = try #require(try reply.object()["meta"] as? [String: Any])
            if meta["has_more"] as? Bool == false { return found }
            let links = try #require(try reply.object()["links"] as? [String: Any])
            url = try #require(links["next"] as? String)
        }
        Issue.record("the list does not end")
        return found
    }

    private let metrics = "/api/v2/incremental/ticket_metric_events.json?start_time=0"

    @Test("Metric events come complete in both dialects", arguments: [0, 1, 8, 60])
    func metricEvents(tickets: Int) async throws {
        try await withSimulator(.open(tickets: tickets)) { simulator in
            let client = APIClient(simulator)
            let found = try await list(client, metrics + "&page%5Bsize%5D=10", "ticket_metric_events")
            let truth = ids(try await client.truth("ticket_metric_events"))
            #expect(found.count == truth.count)
            #expect(Set(ids(found)) == Set(truth))
            var url = metrics + "&per_page=50"
            var timed: Set<Int> = []
            for _ in 0..<200 {
                let reply = try await client.send("GET", url)
                timed.formUnion(ids(try reply.records("ticket_metric_events")))
                if try reply.object()["end_of_stream"] as? Bool == true { break }
                url = try #require(try reply.object()["next_page"] as? String)
            }
            #expect(timed == Set(truth))
        }
    }

    @Test("A page of metric events beyond 100 is refused unless the account gives it; asking is no violation")
    func metricPage() async throws {
        try await withSimulator(.open()) { simulator in
            let client = APIClient(simulator)
            let reply = try await client.send("GET", metrics + "&page%5Bsize%5D=1000")
            #expect(reply.status == 400)
            #expect(try reply.object()["error"] as? String == "InvalidPaginationParameter")
            #expect(simulator.account().oversized == 0)
            #expect(reply.headers["zendesk-ratelimit-incremental-exports"] == nil)
            _ = try await client.send("GET", metrics + "&page%5Bsize%5D=1001")
            #expect(simulator.account().oversized == 1)
        }
        var configuration = SimulatorConfiguration.open()
        configuration.largestMetricPage = 1000
        try await withSimulator(configuration) { simulator in
            let reply = try await APIClient(simulator).send("GET", metrics + "&page%5Bsize%5D=1000")
            #expect(reply.status == 200)
        }
    }

    @Test("A breach shows before its time, and is marked as deleted when something happens before it")
    func breaches() async throws {
        try await withSimulator(.open(tickets: 100)) { simulator in
            let client = APIClient(simulator)
            let change = await simulator.change(WorldChange(added: [.tickets: 60]))
            func breaches() async throws -> [Int: Bool] {
                let rows = try await client.truth("ticket_metric_events").filter { row in
                    let time = (row["time"] as? String).flatMap { Timestamp(parsing: $0) }?.seconds ?? 0
                    return row["type"] as? String == "breach" && time > change.firstSecond + 10
                }
                let pairs = rows.map { ($0["id"] as? Int ?? 0, $0["deleted"] as? Bool ?? false) }
                return Dictionary(pairs) { first, _ in first }
            }
            let before = try await breaches()
            #expect(before.count > 5)
            #expect(before.values.allSatisfy { !$0 })
            await simulator.change(WorldChange(updated: [.tickets: 155]))
            let after = try await breaches()
            #expect(before.keys.contains { after[$0] == true })
        }
    }

    @Test("Ratings come complete, by the time of their creation", arguments: [0, 1, 40, 150])
    func ratings(tickets: Int) async throws {
        try await withSimulator(.open(tickets: tickets)) { simulator in
            let client = APIClient(simulator)
            let path = "/api/v2/satisfaction_ratings.json?page%5Bsize%5D=10"
            let found = try await list(client, path, "satisfaction_ratings")
            let truth = try await client.truth("satisfaction_ratings")
            #expect(found.count == truth.count)
            #expect(Set(ids(found)) == Set(ids(truth)))
            let times = found.compactMap { $0["created_at"] as? String }
            #expect(times == times.sorted())
            guard let middle = Timestamp(parsing: times.dropFirst(times.count / 2).first ?? "") else { return }
            let late = try await list(client, path + "&start_time=\(middle.seconds)", "satisfaction_ratings")
            #expect(Set(ids(late)).isSubset(of: ids(found)))
            #expect(late.count == times.count { $0 >= middle.formatted(.seconds) })
        }
    }

    @Test("A rating that is given moves `updated_at`, not `created_at`; a start within the last minute is refused")
    func givenRating() async throws {
        var configuration = SimulatorConfiguration.open(tickets: 60)
        configuration.holdBack = .seconds(60)
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            let before = try await client.truth("satisfaction_ratings")
            var asked = WorldChange()
            asked.rated = 3
            let change = await simulator.change(asked)
            #expect(change.rated.count == 3)
            let after = try await client.truth("satisfaction_ratings")
            let moved = zip(before, after).filter { $0["updated_at"] as? String != $1["updated_at"] as? String }
            #expect(Set(moved.compactMap { $0.1["ticket_id"] as? Int }) == Set(change.rated.map { Int($0) }))
            #expect(moved.allSatisfy { $0["created_at"] as? String == $1["created_at"] as? String })
            #expect(moved.allSatisfy { ["good", "bad"].contains($1["score"] as? String) })
            let now = (SimulatorConfiguration.end + .seconds(3600)).seconds
            let early = try await client.send("GET", "/api/v2/satisfaction_ratings?start_time=\(now - 30)")
            #expect(early.status == 400)
        }
    }

    @Test("Users' identities are beside the users, several for some, where they are asked for")
    func identities() async throws {
        try await withSimulator(.open(sizes: [.users: 25])) { simulator in
            let client = APIClient(simulator)
            var found: [[String: Any]] = []
            var query = "start_time=0"
            while true {
                let path = "/api/v2/incremental/users/cursor.json?\(query)&per_page=10&include=identities"
                let reply = try await client.send("GET", path)
                let users = Set(ids(try reply.records("users")))
                let identities = try reply.records("identities")
                #expect(identities.allSatisfy { users.contains($0["user_id"] as? Int ?? 0) })
                found += identities
                if try reply.object()["end_of_stream"] as? Bool == true { break }
                let cursor = try #require(try reply.object()["after_cursor"] as? String)
                query = "cursor=\(cursor.replacing("=", with: "%3D"))"
            }
            #expect(Set(ids(found)) == Set(ids(try await client.truth("user_identities"))))
            #expect(found.count > 30)
            let plain = try await client.send("GET", "/api/v2/incremental/users/cursor?start_time=0")
            #expect(try plain.object()["identities"] == nil)
        }
    }

    @Test("Records change between two pages where the configuration has it, and the export still ends complete")
    func changesBetweenPages() async throws {
        var configuration = SimulatorConfiguration.open(tickets: 50)
        configuration.changes = .init(every: 1, most: 4, change: WorldChange(updated: [.tickets: 3]))
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            let records = try await client.export("tickets", parameters: "&per_page=10").pages.flatMap { $0 }
            #expect(records.count > 50)
            let last = Dictionary(records.map { ($0["id"] as? Int, $0["generated_timestamp"] as? Int) }) { $1 }
            for ticket in try await client.truth("tickets") {
                #expect(last[ticket["id"] as? Int] == ticket["generated_timestamp"] as? Int)
            }
        }
    }

    @Test("An odd world says what few programs expect, and all of it is JSON")
    func odd() async throws {
        var configuration = SimulatorConfiguration.open(tickets: 40)
        configuration.world.isOdd = true
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            await simulator.change(WorldChange(updated: [.tickets: 30]))
            let tickets = try await client.send("GET", "/_simulator/truth/tickets").text
            #expect(tickets.contains("\\u0000"))
            #expect(tickets.contains("\"odd_late\""))
            #expect(tickets.contains("\"Odd_Case\""))
            #expect(tickets.contains("18446744073709551616"))
            #expect(tickets.split(separator: "\n").contains { $0.utf8.count > 1 << 20 })
            let key = tickets.components(separatedBy: "\"").first { $0.hasPrefix("odd_a_key_of_seventy") }
            #expect(key?.count == 70)
            for stream in ["tickets", "users", "organizations", "ticket_audits", "ticket_events"] {
                for line in try await client.send("GET", "/_simulator/truth/\(stream)").text.split(separator: "\n") {
                    // The parser here refuses a lone surrogate, which JSON allows.
                    let text = line.replacing("\\ud800 ", with: "")
                    let record = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
                    if stream == "ticket_audits" { #expect(record?["id"] as? Int ?? 0 > 1 << 53) }
                }
            }
        }
    }

    @Test("Deep numbered pages and pages that are too large are put down")
    func oversteps() async throws {
        try await withSimulator(.open()) { simulator in
            let client = APIClient(simulator)
            _ = try await client.send("GET", "/api/v2/groups.json?page%5Bsize%5D=101")
            _ = try await client.send("GET", "/api/v2/satisfaction_ratings.json?per_page=101")
            _ = try await client.send("GET", "/api/v2/groups.json?page=101")
            #expect(simulator.account().oversized == 2)
            #expect(simulator.account().tooDeep == 1)
            #expect(simulator.account().violations == 0)
            #expect(simulator.account().requests.map(\.overstep) == [.pageSize, .pageSize, .depth])
        }
    }
}
