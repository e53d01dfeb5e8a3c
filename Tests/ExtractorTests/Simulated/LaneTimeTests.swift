import Extractor
import Foundation
import Model
import ServiceRuntime
import Testing
import ZendeskSimulator

/// What a lane makes of its time, with a budget of requests that it has to wait for.
@Suite("The lane's time", .serialized, .timeLimit(.minutes(30)))
struct LaneTimeTests {
    private static let streams: [StreamName] = ["tickets", "ticket_events", "ticket_comments", "ticket_audits"]
    private static let perMinute = 60

    private func withSlowLane(perform body: (inout Rig) async throws -> Void) async throws {
        try await withRig(tickets: 300) { configuration in
            configuration.limits.audits = Self.perMinute
        } perform: { rig in
            rig.definition.streams = StreamSelection(include: Self.streams.map(\.rawValue))
            try await body(&rig)
        }
    }

    private func audits(_ outcome: RunOutcome) throws -> StreamReport {
        try #require(outcome.report.streams.first { $0.stream == "ticket_audits" })
    }

    @Test("a lane has its time, ends with it, tells how long the rest takes, and the next run takes up what is left")
    func time() async throws {
        try await withSlowLane { rig in
            // Waits for the budget leap, the lane's own time is kept.
            rig.clock.leapsAtMost(.seconds(90))
            let live = try await rig.truth("tickets").values.count { $0["status"] as? String != "deleted" }
            let began = ContinuousClock.now
            let first = await rig.run(laneLimit: LaneLimit(time: .seconds(150)))
            let real = (ContinuousClock.now - began).components.seconds + 1
            #expect(first.exitCode == .ok && first.report.status == .succeeded)
            let report = try audits(first)
            #expect(report.status == .continues)
            let elapsed = (try #require(first.report.completedAt) - first.report.startedAt).fractionalSeconds
            #expect(elapsed >= 150 && elapsed <= 240 + Double(real), "\(elapsed) s, \(real) of them real")
            let exact = try #require(report.ticketsExact)
            // What the server allows in that time, less what is left to other applications, and no more.
            let most = Self.perMinute * max(4, Int((elapsed / 60).rounded(.up)))
            #expect((Self.perMinute...most).contains(exact), "\(exact) tickets")
            let progress = try #require(report.progress)
            #expect(progress.fraction > 0 && progress.fraction < 1)
            #expect(try #require(progress.estimatedEnd) > rig.clock.now())
            let rest = await rig.run()
            #expect(try audits(rest).status == .caughtUp)
            // No ticket is asked for twice.
            #expect(try audits(rest).ticketsExact == live - exact)
            try await rig.expectTruth(Self.streams)
            #expect(rig.simulator.account().violations == 0)
        }
    }

    @Test("the others catch up whatever the lane's budget is, and a lane without time asks for nothing more")
    func others() async throws {
        try await withSlowLane { rig in
            rig.clock.leapsAtMost(.seconds(1))
            let outcome = await rig.run(laneLimit: LaneLimit(time: .zero))
            let status = Dictionary(uniqueKeysWithValues: outcome.report.streams.map { ($0.stream, $0.status) })
            #expect(status["tickets"] == .caughtUp && status["ticket_comments"] == .caughtUp)
            #expect(status["ticket_audits"] == .continues)
        }
    }

    @Test("a stop while the lane waits for its budget ends the run at once, at the last batch")
    func stopped() async throws {
        try await withSlowLane { rig in
            // The wait would never end by itself.
            rig.clock.leapsAtMost(.seconds(1))
            let stop = StopSignal()
            let outcome = await rig.run(stop: stop) { progress in
                let comments = progress.report.streams.first { $0.stream == "ticket_comments" }
                let isLane = comments?.status == .caughtUp
                if isLane, progress.waiting?.isRateLimit == true { stop.set() }
            }
            #expect(outcome.report.status == .stopped)
            #expect(try audits(outcome).status != .failed)
            #expect(try await rig.bookmark("ticket_audits")?.done != nil)
            rig.clock.leapsAtMost(.seconds(3600))
            let rest = await rig.run()
            #expect(rest.report.status == .succeeded)
            try await rig.expectTruth(Self.streams)
        }
    }
}
