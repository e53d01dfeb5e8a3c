import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("Rate limits")
struct RateLimitTests {
    private let tickets = "/api/v2/incremental/tickets/cursor.json?start_time=0"
    private let organizations = "/api/v2/incremental/organizations.json?start_time=0"
    private let users = "/api/v2/incremental/users/cursor.json?start_time=0"

    private func configuration(_ clock: SteppedClock, _ limits: RateLimits) -> SimulatorConfiguration {
        var configuration = SimulatorConfiguration.open()
        configuration.clock = clock
        configuration.limits = limits
        return configuration
    }

    @Test("The exports of tickets and organizations share a bucket, which tells its state and refuses in text")
    func exportBucket() async throws {
        let clock = SteppedClock(SimulatorConfiguration.end)
        try await withSimulator(configuration(clock, RateLimits(exports: 3))) { simulator in
            let client = APIClient(simulator)
            let first = try await client.send("GET", tickets)
            #expect(first.headers["zendesk-ratelimit-incremental-exports"] == "total=3; remaining=2; resets=60")
            #expect(first.headers["x-rate-limit"] == "700")
            #expect(first.headers["x-rate-limit-remaining"] == "699")
            #expect(first.headers["ratelimit-limit"] == "700")
            #expect(first.headers["ratelimit-remaining"] == "699")
            #expect(first.headers["ratelimit-reset"] == "60")
            clock.advance(by: .seconds(22))
            _ = try await client.send("GET", organizations)
            let third = try await client.send("GET", tickets)
            #expect(third.headers["zendesk-ratelimit-incremental-exports"] == "total=3; remaining=0; resets=38")
            let refused = try await client.send("GET", organizations)
            #expect(refused.status == 429)
            #expect(refused.headers["content-type"]?.hasPrefix("text/plain") == true)
            #expect(refused.headers["retry-after"] == "38")
            #expect(refused.text.hasPrefix("Number of allowed"))
            #expect(try await client.send("GET", users).status == 200)
            clock.advance(by: .seconds(38))
            #expect(try await client.send("GET", organizations).status == 200)
            #expect(simulator.account().throttled == 1)
            #expect(simulator.account().violations == 0)
        }
    }

    @Test("The export of users has a bucket of its own")
    func usersBucket() async throws {
        let clock = SteppedClock(SimulatorConfiguration.end)
        try await withSimulator(configuration(clock, RateLimits(users: 1))) { simulator in
            let client = APIClient(simulator)
            let reply = try await client.send("GET", users)
            #expect(reply.headers["zendesk-ratelimit-incremental-exports-cursor"] == "total=1; remaining=0; resets=60")
            #expect(try await client.send("GET", users).status == 429)
        }
    }

    @Test("The account's budget holds for all paths, and a request before the wait's end is put down as a violation")
    func account() async throws {
        let clock = SteppedClock(SimulatorConfiguration.end)
        try await withSimulator(configuration(clock, RateLimits(requests: 2))) { simulator in
            let client = APIClient(simulator)
            _ = try await client.send("GET", users)
            _ = try await client.send("GET", tickets)
            let refused = try await client.send("GET", "/api/v2/groups.json")
            #expect(refused.status == 429)
            #expect(refused.headers["retry-after"] == "60")
            #expect(simulator.account().violations == 0)
            clock.advance(by: .seconds(59))
            #expect(try await client.send("GET", users).status == 429)
            #expect(simulator.account().violations == 1)
            clock.advance(by: .seconds(1))
            #expect(try await client.send("GET", users).status == 200)
            #expect(simulator.account().violations == 1)
            #expect(simulator.account().requests.map(\.status) == [200, 200, 429, 429, 200])
        }
    }

    @Test("The audits of single tickets have a bucket of their own, over all tickets")
    func auditsBucket() async throws {
        let clock = SteppedClock(SimulatorConfiguration.end)
        var limits = RateLimits()
        limits.audits = 2
        try await withSimulator(configuration(clock, limits)) { simulator in
            let client = APIClient(simulator)
            let first = try await client.send("GET", "/api/v2/tickets/1/audits.json")
            #expect(first.headers["zendesk-ratelimit-ticket-audits"] == "total=2; remaining=1; resets=60")
            _ = try await client.send("GET", "/api/v2/tickets/2/audits.json")
            #expect(try await client.send("GET", "/api/v2/tickets/3/audits.json").status == 429)
            #expect(try await client.send("GET", "/api/v2/tickets/4/audits.json").status == 429)
            #expect(simulator.account().violations == 1)
            #expect(simulator.account().paths["/api/v2/tickets/{id}/audits"] == 4)
        }
    }
}
