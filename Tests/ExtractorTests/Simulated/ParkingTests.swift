import Extractor
import Foundation
import Messaging
import Model
import Testing
import ZendeskSimulator

@Suite("Parked streams and intervals", .serialized)
struct ParkingTests {
    private let ratings = "/api/v2/satisfaction_ratings"

    private func withRatings(perform body: (inout Rig) async throws -> Void) async throws {
        try await withRig(tickets: 20) { rig in
            rig.definition.streams = StreamSelection(include: ["tickets", "satisfaction_ratings"])
            // A run's wait for its next slot is none of its time.
            rig.clock.leapsAtMost(.seconds(600))
            try await body(&rig)
        }
    }

    private func ratingsReport(_ outcome: RunOutcome) -> StreamReport? {
        outcome.report.streams.first { $0.stream == "satisfaction_ratings" }
    }

    private func parking(_ rig: Rig) async throws -> ConnectionState.Parking? {
        try await BookmarkStore(rig.transport, deskpipe).saved(for: acme).state?.parked?["satisfaction_ratings"]
    }

    @Test("a refused stream is parked with one warning, is left alone on the schedule and tried after a week")
    func weekly() async throws {
        try await withRatings { rig in
            rig.simulator.close(ratings, status: 403)
            let first = await rig.run(.schedule)
            #expect(first.exitCode == .ok && first.report.status == .succeeded)
            #expect(ratingsReport(first)?.status == .parked)
            let since = try #require(try await parking(rig)).since
            rig.simulator.clearAccount()
            let second = await rig.run(.schedule)
            #expect(rig.simulator.account().paths[ratings] == nil)
            #expect(ratingsReport(second)?.status == .parked)
            #expect(ratingsReport(second)?.reason == ratingsReport(first)?.reason)
            rig.clock.leap(by: .seconds(7 * 86_400))
            _ = await rig.run(.schedule)
            #expect(rig.simulator.account().paths[ratings] == 1)
            let again = try await parking(rig)
            #expect(again?.since == since)
            let warnings = try await rig.lines().filter { $0.level == .warning && $0.stream == "satisfaction_ratings" }
            #expect(warnings.count == 1)
        }
    }

    @Test("it is tried at once when a person asks or the connection changed, and goes on when it works")
    func atOnce() async throws {
        try await withRatings { rig in
            rig.simulator.close(ratings, status: 404)
            _ = await rig.run(.schedule)
            rig.simulator.clearAccount()
            _ = await rig.run(.command)
            rig.definition.rateShare = 0.7
            _ = await rig.run(.schedule)
            #expect(rig.simulator.account().paths[ratings] == 2)
            rig.simulator.close(ratings, status: nil)
            let opened = await rig.run(.once)
            #expect(ratingsReport(opened)?.status == .caughtUp)
            let kept = try await parking(rig)
            #expect(kept == nil)
            let scheduled = await rig.run(.schedule)
            #expect(ratingsReport(scheduled)?.status == .caughtUp)
        }
    }

    @Test("a stream whose interval has not passed is not asked for, and stays caught up as of before")
    func interval() async throws {
        try await withRatings { rig in
            rig.definition.intervals = ["satisfaction_ratings": 6 * 3600]
            let first = await rig.run(.schedule)
            rig.simulator.clearAccount()
            rig.clock.leap(by: .seconds(3600))
            let second = await rig.run(.schedule)
            #expect(rig.simulator.account().paths[ratings] == nil)
            #expect(ratingsReport(second)?.status == .caughtUp)
            // A bookmark keeps milliseconds.
            #expect(ratingsReport(second)?.asOf?.milliseconds == ratingsReport(first)?.asOf?.milliseconds)
            rig.clock.leap(by: .seconds(5 * 3600))
            _ = await rig.run(.schedule)
            #expect(rig.simulator.account().paths[ratings] != nil)
        }
    }

    @Test("the log tells the bookmark found, each advance, and the run's begin and end")
    func log() async throws {
        try await withRatings { rig in
            _ = await rig.run()
            let messages = Set(try await rig.lines().map(\.message))
            #expect(messages.isSuperset(of: ["run began", "bookmark found", "bookmark advanced", "run ended"]))
        }
    }
}
