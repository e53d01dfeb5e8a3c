import Extractor
import Foundation
import Model
import Testing
import ZendeskSimulator

/// Runs that last longer than their schedule's period.
@Suite("Long runs", .serialized, .timeLimit(.minutes(30)))
struct RunLimitTests {
    /// Three pages of tickets a minute; the waits between them move the clock, and the shorter ones alone do: one for a
    /// slot would bring it to the next while what it is for is still being read.
    private func withSlowTickets(_ tickets: Int = 600, perform body: (inout Rig) async throws -> Void) async throws {
        try await withRig(tickets: tickets) { configuration in
            configuration.limits.exports = 3
        } perform: { rig in
            rig.definition.schedule = Schedule(everySeconds: 150)
            rig.clock.leapsAtMost(.seconds(65))
            try await body(&rig)
        }
    }

    @Test("a run ends at a page when its time is over, as partial, and the next one goes on")
    func limit() async throws {
        try await withSlowTickets { rig in
            let first = await rig.run(.schedule, runLimit: .seconds(100))
            #expect(first.report.status == .partial && first.exitCode == .ok && first.failures.isEmpty)
            let tickets = try #require(first.report.streams.first { $0.stream == "tickets" })
            #expect(tickets.status == .continues && tickets.reason?.contains("run_limit") == true)
            #expect(tickets.pages > 0)
            var last = first
            for _ in 0..<20 where last.report.status == .partial {
                last = await rig.run(.schedule, runLimit: .seconds(100))
            }
            #expect(last.report.status == .succeeded)
            try await rig.expectTruth()
        }
    }

    @Test("a run that was handed over has what its parts left of the time")
    func handedOver() async throws {
        try await withSlowTickets { rig in
            let outcome = await rig.run(.schedule, runLimit: .seconds(3600), spent: .seconds(3540))
            #expect(outcome.report.status == .partial)
            let tickets = try #require(outcome.report.streams.first { $0.stream == "tickets" })
            #expect(tickets.status == .continues && tickets.reason?.contains("run_limit") == true)
        }
    }

    @Test("meanwhile what has caught up is read again at its slots, and these do not count as skipped")
    func beside() async throws {
        try await withSlowTickets(1100) { rig in
            let outcome = await rig.run(.schedule)
            #expect(outcome.report.status == .succeeded)
            let groups = try #require(outcome.report.streams.first { $0.stream == "groups" })
            #expect(groups.requests >= 3, "\(groups.requests) requests")
            let elapsed = try #require(outcome.report.completedAt) - outcome.report.startedAt
            #expect(elapsed > .seconds(360))
            #expect(try #require(groups.asOf) > outcome.report.startedAt + .seconds(300))
            try await rig.expectTruth()
        }
    }

    @Test("a run that a person asked for once reads each stream once")
    func once() async throws {
        try await withSlowTickets { rig in
            let outcome = await rig.run(.once)
            let groups = try #require(outcome.report.streams.first { $0.stream == "groups" })
            #expect(groups.requests == 1)
        }
    }
}
