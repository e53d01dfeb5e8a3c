import Extractor
import Foundation
import Model
import Testing
import ZendeskSimulator

/// Runs that last longer than their schedule's period.
@Suite("Long runs", .serialized, .timeLimit(.minutes(10)))
struct RunLimitTests {
    private func withSlowTickets(perform body: (inout Rig) async throws -> Void) async throws {
        try await withRig(tickets: 600) { configuration in
            configuration.limits.exports = 3
        } perform: { rig in
            rig.definition.schedule = Schedule(everySeconds: 120)
            rig.clock.leapsAtMost(.seconds(90))
            try await body(&rig)
        }
    }

    @Test("a run ends at a page when its time is over, as partial, and the next one goes on")
    func limit() async throws {
        try await withSlowTickets { rig in
            let first = await rig.run(.schedule, runLimit: .seconds(240))
            #expect(first.report.status == .partial && first.exitCode == .ok && first.failures.isEmpty)
            let tickets = try #require(first.report.streams.first { $0.stream == "tickets" })
            #expect(tickets.status == .continues && tickets.reason?.contains("run_limit") == true)
            #expect(tickets.pages > 0)
            var last = first
            for _ in 0..<20 where last.report.status == .partial {
                last = await rig.run(.schedule, runLimit: .seconds(240))
            }
            #expect(last.report.status == .succeeded)
            try await rig.expectTruth()
        }
    }

    @Test("meanwhile what has caught up is read again at its slots, and these do not count as skipped")
    func beside() async throws {
        try await withSlowTickets { rig in
            let outcome = await rig.run(.schedule)
            #expect(outcome.report.status == .succeeded)
            let groups = try #require(outcome.report.streams.first { $0.stream == "groups" })
            #expect(groups.requests >= 2, "\(groups.requests) requests")
            let elapsed = try #require(outcome.report.completedAt) - outcome.report.startedAt
            #expect(elapsed > .seconds(240))
            #expect(try #require(groups.asOf) > outcome.report.startedAt + .seconds(120))
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
