import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("Faults")
struct FaultTests {
    private let tickets = "/api/v2/incremental/tickets/cursor.json?start_time=0"
    private let groups = "/api/v2/groups.json"

    @Test("A status comes for the requests it was meant for, and with the body and the wait that were set")
    func status() async throws {
        try await withSimulator(.open()) { simulator in
            let client = APIClient(simulator)
            let unavailable = Fault.Effect.status(503, body: .html, retryAfter: .seconds(7))
            simulator.inject(Fault("/api/v2/groups.json", unavailable, skip: 1, count: 1))
            simulator.inject(Fault("/api/v2/incremental", .status(504, body: .text), count: 1))
            #expect(try await client.send("GET", groups).status == 200)
            let spoiled = try await client.send("GET", groups)
            #expect(spoiled.status == 503)
            #expect(spoiled.headers["retry-after"] == "7")
            #expect(spoiled.headers["content-type"]?.hasPrefix("text/html") == true)
            // The clock stands still, so this one comes before the seven seconds are over.
            #expect(try await client.send("GET", groups).status == 200)
            #expect(simulator.account().violations == 1)
            #expect(try await client.send("GET", tickets).text == "upstream request timeout")
            #expect(try await client.send("GET", tickets).status == 200)
            #expect(simulator.account().requests.map(\.fault) == [nil, "status", nil, "status", nil])
        }
    }

    @Test("A wait may be told as a date, or in a way that cannot be read")
    func retryAfter() async throws {
        try await withSimulator(.open()) { simulator in
            let client = APIClient(simulator)
            simulator.inject(Fault(groups, .status(429, body: .text, retryAfter: .date(seconds: 90)), count: 1))
            simulator.inject(Fault("/api/v2/incremental", .status(429, retryAfter: .text("soon")), count: 1))
            let dated = try await client.send("GET", groups)
            #expect(dated.headers["retry-after"] == "Fri, 20 Nov 2026 11:01:30 GMT")
            #expect(simulator.account().violations == 0)
            _ = try await client.send("GET", groups)
            #expect(simulator.account().violations == 1)
            #expect(try await client.send("GET", tickets).headers["retry-after"] == "soon")
            _ = try await client.send("GET", tickets)
            #expect(simulator.account().violations == 1)
            #expect(simulator.account().throttled == 2)
        }
    }

    @Test("A broken connection gives no answer, and the next request is answered", arguments: ["reset", "truncate"])
    func broken(effect: String) async throws {
        try await withSimulator(.open(tickets: 300)) { simulator in
            let client = APIClient(simulator)
            let fault = #"{"path": "/api/v2/incremental", "effect": "\#(effect)", "bytes": 5000, "count": 1}"#
            let injected = try await client.send("POST", "/_simulator/fault", body: fault)
            #expect(injected.status == 204)
            await #expect(throws: URLError.self) { try await client.send("GET", tickets) }
            #expect(try await client.send("GET", tickets).records("tickets").count == 300)
            #expect(simulator.account().requests.first?.fault == effect)
        }
    }

    @Test("Bad JSON, a wrong content type and a dribbling body come whole")
    func bodies() async throws {
        try await withSimulator(.open()) { simulator in
            let client = APIClient(simulator)
            let whole = try await client.send("GET", groups)
            simulator.inject(Fault(groups, .badJSON, count: 1))
            let bad = try await client.send("GET", groups)
            #expect(bad.status == 200)
            #expect(throws: (any Error).self) { try bad.object() }
            simulator.inject(Fault(groups, .contentType("text/html"), count: 1))
            let renamed = try await client.send("GET", groups)
            #expect(renamed.headers["content-type"] == "text/html")
            #expect(renamed.body == whole.body)
            simulator.inject(Fault(groups, .dribble(bytes: 500, pause: .milliseconds(5)), count: 1))
            #expect(try await client.send("GET", groups).body == whole.body)
            simulator.inject(Fault(groups, .delay(.milliseconds(300))))
            let start = ContinuousClock.now
            #expect(try await client.send("GET", groups).body == whole.body)
            #expect(ContinuousClock.now - start >= .milliseconds(300))
            simulator.clearFaults()
            #expect(simulator.account().requests.count == 5)
        }
    }

    @Test("An empty page is not the end, and nothing is lost behind it")
    func emptyPage() async throws {
        try await withSimulator(.open(tickets: 20)) { simulator in
            simulator.inject(Fault("/api/v2/incremental/tickets", .emptyPage, skip: 1, count: 1))
            let pages = try await APIClient(simulator).export("tickets", parameters: "&per_page=8").pages
            #expect(pages.map(\.count) == [8, 0, 8, 4])
            #expect(Set(ids(pages.flatMap { $0 })).count == 20)
        }
    }

    @Test("Faults by chance strike the same requests for the same seed")
    func chance() async throws {
        func statuses(seed: UInt64) async throws -> [Int] {
            try await withSimulator(.open(seed: seed)) { simulator in
                simulator.inject(Fault("/api/v2", .status(500), probability: 0.4))
                let client = APIClient(simulator)
                for _ in 0..<30 { _ = try await client.send("GET", groups) }
                return simulator.account().requests.map(\.status)
            }
        }
        let first = try await statuses(seed: 5)
        #expect(Set(first) == [200, 500])
        #expect(try await statuses(seed: 5) == first)
        #expect(try await statuses(seed: 6) != first)
    }
}
