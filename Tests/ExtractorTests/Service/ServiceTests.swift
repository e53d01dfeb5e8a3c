import Extractor
import Foundation
import Messaging
import Model
import ServiceRuntime
import TestSupport
import Testing
import Transports
import ZendeskSimulator

/// The service over an embedded log, with the simulator as the account.
@Suite("ExtractorService", .serialized, .timeLimit(.minutes(30)))
struct ServiceTests {
    @Test("a connection that is applied runs without a restart, a changed one with its change, a deleted one no more")
    func follows() async throws {
        try await withRig(tickets: 20) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                try await rig.untilReports(1)
                try await rig.expectTruth()
                var changed = rig.definition
                changed.schedule = Schedule(everySeconds: 1)
                try await rig.publish(changed)
                try await rig.untilReports(3)
                try await rig.until {
                    let state = try await rig.state()
                    return state?.unfinishedSince == nil && state?.nextRun != nil
                }
                changed.deletedAt = Timestamp(seconds: 1_795_168_800)
                try await rig.publish(changed)
            }
            let count = try await rig.reports().count
            try await expectOnlyAnotherRuns(rig, after: count, "the deleted one has not run again")
        }
    }

    @Test("a service that ends in the middle of a run leaves it to the next one, which goes on at once")
    func handedOver() async throws {
        try await withRig(tickets: 400) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            rig.simulator.inject(Fault("/api/v2/incremental/tickets", .delay(.seconds(60)), skip: 2, count: 1))
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                try await rig.until { try await rig.events("tickets").count >= 50 }
            }
            let first = try #require(try await rig.reports().last)
            #expect(first.status == .stopped)
            let tickets = try #require(first.streams.first { $0.stream == "tickets" })
            #expect(tickets.status == .continues && tickets.reason?.hasPrefix("continues") == true)
            let state = try #require(try await rig.state())
            #expect(state.unfinishedSince != nil && state.unfinishedSeconds ?? 0 > 0)
            rig.simulator.clearFaults()
            try await whileServing(rig) { rig in try await rig.untilReports(2) }
            #expect(try await rig.reports().last?.status == .succeeded)
            let last = try #require(try await rig.state())
            #expect(last.unfinishedSince == nil && last.unfinishedSeconds == nil)
            try await rig.expectTruth()
        }
    }

    @Test("a run that somebody else fences starts anew, and brings every record")
    func takenOver() async throws {
        try await withRig(tickets: 400) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            rig.simulator.inject(Fault("/api/v2/incremental/tickets", .delay(.seconds(2)), skip: 2, count: 1))
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                try await rig.until { try await rig.events("tickets").count >= 50 }
                let identity = ProducerIdentity.transactional(id: deskpipe.transactionalID(of: acme))
                await (try await rig.transport.producer(identity)).close()
                try await rig.untilReports(2)
            }
            #expect(try await rig.reports().map(\.status) == [.stopped, .succeeded])
            try await rig.expectTruth()
        }
    }

    @Test("a tenant whose login fails and one with a long history keep nobody waiting")
    func neighbours() async throws {
        try await withRig(tickets: 400) { rig in
            var failing = try rig.other("failing")
            failing.auth = .oauthToken(token: .environment("WRONG"))
            failing.schedule = Schedule(everySeconds: 1)
            rig.definition.streams = StreamSelection(include: ["tickets"])
            rig.simulator.inject(Fault("/api/v2/incremental/tickets", .delay(.seconds(3)), count: 100))
            try await whileServing(rig, concurrency: 1) { rig in
                try await rig.publish(rig.definition)
                try await rig.until { rig.simulator.account().total > 0 }
                var small = try rig.other("small")
                small.streams = StreamSelection(include: ["groups"])
                try await rig.publish(failing)
                try await rig.publish(small)
                try await rig.until {
                    try await rig.reports().contains { $0.tenant.rawValue == "small" && $0.status == .succeeded }
                }
                let reports = try await rig.reports()
                let isDone = reports.contains { $0.tenant == acme.tenant && $0.status == .succeeded }
                #expect(!isDone, "the long one was not waited for")
                rig.simulator.clearFaults()
                try await rig.until {
                    try await rig.reports().contains { $0.tenant == acme.tenant && $0.status == .succeeded }
                }
            }
            try await rig.expectTruth(["tickets"])
        }
    }
}
