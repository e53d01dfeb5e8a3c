import Extractor
import Foundation
import Model
import ServiceRuntime
import Synchronization
import Testing
import ZendeskSimulator

@Suite("The audits' lane", .serialized)
struct LaneTests {
    private static let streams: [StreamName] = ["tickets", "ticket_events", "ticket_comments", "ticket_audits"]

    /// A rig that reads tickets, their events, comments and audits.
    private func withLane(
        tickets: Int = 30,
        configure: (inout SimulatorConfiguration) -> Void = { _ in },
        perform body: (inout Rig) async throws -> Void
    ) async throws {
        try await withRig(tickets: tickets, configure: configure) { rig in
            rig.environment.largestPage = 25
            rig.definition.streams = StreamSelection(include: Self.streams.map(\.rawValue))
            try await body(&rig)
        }
    }

    private func report(_ stream: StreamName, _ outcome: RunOutcome) throws -> StreamReport {
        try #require(outcome.report.streams.first { $0.stream == stream })
    }

    @Test("every audit of every ticket arrives, exact comments replace the fast ones, deleted tickets cost nothing")
    func complete() async throws {
        try await withLane(tickets: 60) { rig in
            let outcome = await rig.run()
            #expect(outcome.exitCode == .ok)
            try await rig.expectTruth(Self.streams)
            let live = try await rig.truth("tickets").values.count { $0["status"] as? String != "deleted" }
            #expect(live < 60)
            let audits = try report("ticket_audits", outcome)
            #expect(audits.ticketsExact == live)
            #expect(try report("ticket_comments", outcome).ticketsExact == live)
            #expect(audits.skipped == nil)
            // One for each ticket, and the walk's three pages.
            #expect(audits.requests == live + 3)
            #expect(audits.status == .caughtUp && audits.asOf != nil)
            #expect(audits.progress?.fraction == 1)
            #expect(rig.simulator.account().violations == 0)
        }
    }

    @Test("a run with nothing new asks once for the walk; changed tickets are read again")
    func again() async throws {
        try await withLane { rig in
            _ = await rig.run()
            let nothing = await rig.run()
            // The events' pages bring two streams.
            #expect(nothing.report.streams.map(\.requests).sorted() == [0, 1, 1, 1])
            #expect(nothing.report.streams.map(\.records) == [0, 0, 0, 0])
            await rig.simulator.change(
                WorldChange(updated: [.tickets: 5], deleted: [.tickets: 1], added: [.tickets: 2])
            )
            rig.clock.leap(by: .seconds(180))
            let changed = await rig.run()
            #expect(try report("ticket_audits", changed).requests == 8)
            #expect(try report("ticket_audits", changed).ticketsExact == 7)
            try await rig.expectTruth(["tickets", "ticket_events"])
            // What was read of the ticket that is deleted now stays.
            let live = Set(try await liveTickets(rig))
            for stream in ["ticket_audits", "ticket_comments"] as [StreamName] {
                let published = try await rig.published(stream)
                let truth = try await rig.truth(stream).filter { live.contains($0.value["ticket_id"] as? Int ?? 0) }
                #expect(!truth.isEmpty && truth.allSatisfy { published[$0.key] == $0.value })
            }
        }
    }

    @Test("children are paged to the last page")
    func long() async throws {
        let long = { (configuration: inout SimulatorConfiguration) in
            configuration.world.longTickets = 2
            configuration.world.auditsOfLongTickets = 520
        }
        try await withLane(tickets: 20, configure: long) { rig in
            let outcome = await rig.run()
            #expect(outcome.report.status == .succeeded)
            try await rig.expectTruth(["ticket_audits", "ticket_comments"])
            #expect(try report("ticket_audits", outcome).pages >= 22)
        }
    }

    @Test("a ticket that is refused or gone is skipped and counted", arguments: [403, 404])
    func skipped(status: Int) async throws {
        try await withLane { rig in
            let ticket = try #require(try await liveTickets(rig).dropFirst(3).first)
            rig.simulator.close("/api/v2/tickets/\(ticket)/audits", status: status)
            let outcome = await rig.run()
            #expect(outcome.exitCode == .ok)
            let audits = try report("ticket_audits", outcome)
            #expect(audits.skipped == 1)
            #expect(audits.status == .caughtUp)
            let truth = try await rig.truth("ticket_audits").filter { $0.value["ticket_id"] as? Int != ticket }
            #expect(try await rig.published("ticket_audits") == truth)
            // Its comments stay as the events have them.
            let comments = (try await rig.published("ticket_comments"), try await rig.truth("ticket_comments"))
            #expect(comments.0.count == comments.1.count)
        }
    }

    @Test("an account that gives no ticket's audits has the stream parked; nothing is skipped by it")
    func refused() async throws {
        try await withLane { rig in
            rig.simulator.close("/api/v2/tickets/{id}/audits", status: 403)
            let outcome = await rig.run()
            #expect(outcome.exitCode == .ok)
            #expect(try report("ticket_audits", outcome).status == .parked)
            #expect(try await rig.bookmark("ticket_audits")?.done == nil)
            rig.simulator.close("/api/v2/tickets/{id}/audits", status: nil)
            let opened = await rig.run()
            #expect(try report("ticket_audits", opened).status == .caughtUp)
            try await rig.expectTruth(["ticket_audits", "ticket_comments"])
        }
    }

    @Test("the lane brings comments that are older than the start date")
    func older() async throws {
        try await withLane { rig in
            rig.definition.startDate = rig.clock.now() - .seconds(60 * 86_400)
            let outcome = await rig.run()
            #expect(outcome.report.status == .succeeded)
            let first = rig.definition.startDate
            let published = try await rig.published("ticket_comments")
            let truth = try await rig.truth("ticket_comments")
            let changed = Set(try await rig.published("tickets").keys)
            let wanted = truth.filter { changed.contains("\($0.value["ticket_id"] as? Int ?? 0)") }
            let older = wanted.values.filter { record in
                (record["created_at"] as? String).flatMap { Timestamp(parsing: $0) }.map { $0 < first } ?? false
            }
            #expect(!older.isEmpty)
            let live = Set(try await liveTickets(rig))
            for (key, record) in wanted where live.contains(record["ticket_id"] as? Int ?? 0) {
                #expect(published[key] == record)
            }
        }
    }

    @Test("a redaction that changes no ticket puts its ticket at the head of the lane")
    func redaction() async throws {
        try await withLane { rig in
            _ = await rig.run()
            var change = WorldChange()
            change.redacted = 2
            change.madePrivate = 1
            change.isQuiet = true
            let summary = await rig.simulator.change(change)
            #expect(summary.redacted.count == 3)
            rig.clock.leap(by: .seconds(180))
            rig.simulator.clearAccount()
            let outcome = await rig.run(laneLimit: LaneLimit(time: .zero))
            if try report("ticket_audits", outcome).status == .continues {
                // Stopped before it came to them: the bookmark keeps them.
                let kept = try #require(try await rig.bookmark("ticket_comments")?.revisit)
                #expect(Set(kept).isSubset(of: Set(summary.redacted)))
            }
            _ = await rig.run()
            try await rig.expectTruth(["ticket_comments", "ticket_audits"])
            #expect(try await rig.bookmark("ticket_comments")?.revisit == nil)
        }
    }

    @Test("a lane without time leaves its work to the next run, and the exit code as it is")
    func noTime() async throws {
        try await withLane { rig in
            rig.simulator.inject(Fault("/api/v2/tickets/", .delay(.milliseconds(300)), skip: 0, count: 1000))
            let outcome = await rig.run(laneLimit: LaneLimit(time: .zero))
            #expect(outcome.exitCode == .ok)
            #expect(outcome.report.status == .succeeded)
            #expect(try report("ticket_audits", outcome).status == .continues)
            #expect(try report("ticket_comments", outcome).status == .caughtUp)
            rig.simulator.clearFaults()
            let rest = await rig.run()
            #expect(try report("ticket_audits", rest).status == .caughtUp)
            try await rig.expectTruth(Self.streams)
        }
    }

    @Test("a lane that is cancelled or stopped anywhere goes on after the last ticket published", arguments: 1...8)
    func broken(seed: Int) async throws {
        let long = { (configuration: inout SimulatorConfiguration) in configuration.world.longTickets = 1 }
        try await withLane(tickets: 44, configure: long) { rig in
            rig.environment.largestPage = 20
            let reached = StopSignal()
            let stop = StopSignal()
            let requests = seed * 7
            let cut = rig
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = await cut.run(stop: stop) { progress in
                        guard progress.report.requests >= requests else { return }
                        reached.set()
                        if seed.isMultiple(of: 2) { stop.set() }
                    }
                    reached.set()
                }
                await reached.wait()
                if !seed.isMultiple(of: 2) { group.cancelAll() }
            }
            let done = try await rig.bookmark("ticket_audits")?.done
            let resumed = await rig.run()
            #expect(resumed.report.status == .succeeded)
            try await rig.expectTruth(Self.streams)
            let exact = try #require(try report("ticket_audits", resumed).ticketsExact)
            if done != nil { #expect(exact < 44) }
        }
    }

    @Test("while the events cannot be read, the lane does not pass what they have brought")
    func bounded() async throws {
        try await withLane { rig in
            rig.simulator.inject(
                Fault(
                    "/api/v2/incremental/ticket_events",
                    .status(400, body: .json, retryAfter: nil),
                    skip: 1,
                    count: 1
                )
            )
            let first = await rig.run()
            #expect(try report("ticket_comments", first).status == .failed)
            #expect(try report("ticket_audits", first).status == .caughtUp)
            let exact = try report("ticket_audits", first).ticketsExact ?? 0
            #expect(exact < 25)
            rig.simulator.clearFaults()
            let second = await rig.run()
            #expect(second.report.status == .succeeded)
            try await rig.expectTruth(Self.streams)
        }
    }

    @Test("beside a clock that is an hour ahead of Zendesk's, the lane passes no event that is still to be read")
    func ahead() async throws {
        let account = LeapingClock(LateClock(base: SystemClock(), behind: .seconds(3600)))
        let configure = { (configuration: inout SimulatorConfiguration) in
            configuration.clock = account
            configuration.holdBack = .zero
            configuration.changes = .init(most: 12, change: WorldChange(updated: [.tickets: 4]))
        }
        try await withLane(configure: configure) { rig in
            for _ in 1...5 {
                let outcome = await rig.run()
                #expect(outcome.exitCode == .ok)
                let read = try #require(try await rig.bookmark("ticket_comments")?.asOf)
                #expect(read <= account.now() - .seconds(60))
                account.leap(by: .seconds(180))
            }
            try await rig.expectTruth(["ticket_comments", "ticket_audits"])
        }
    }

    @Test("fast audits are the events under the audits' names, without a request per ticket")
    func fast() async throws {
        try await withLane { rig in
            rig.definition.audits = .fast
            let outcome = await rig.run()
            #expect(outcome.report.status == .succeeded)
            #expect(rig.simulator.account().paths.keys.allSatisfy { !$0.hasSuffix("/audits") })
            let audits = try await rig.published("ticket_audits")
            let events = try await rig.truth("ticket_events")
            #expect(audits.count == events.count)
            for (key, event) in events {
                let audit = try #require(audits[key])
                #expect(audit["events"] as? NSArray == event["child_events"] as? NSArray)
                #expect(audit["child_events"] == nil && audit["ticket_id"] as? Int == event["ticket_id"] as? Int)
            }
        }
    }

    @Test("audits alone need no other stream")
    func alone() async throws {
        try await withLane { rig in
            rig.definition.streams = StreamSelection(include: ["ticket_audits"])
            let outcome = await rig.run()
            #expect(outcome.report.streams.map(\.status) == [.caughtUp])
            try await rig.expectTruth(["ticket_audits"])
            #expect(rig.simulator.account().paths.keys.allSatisfy { !$0.contains("ticket_events") })
        }
    }

    @Test("1,000 tickets with metrics, and comments at 10 events a ticket, take at most 12 requests")
    func requests() async throws {
        let busy = { (configuration: inout SimulatorConfiguration) in configuration.world.auditsPerTicket = 10 }
        try await withRig(tickets: 1000, configure: busy) { rig in
            rig.definition.streams = StreamSelection(include: ["tickets", "ticket_metrics", "ticket_comments"])
            var environment = rig.environment
            environment.largestPage = 1000
            let run = ConnectionRun(rig.definition, environment: environment, trigger: .once)
            let outcome = await run.run(stop: StopSignal())
            #expect(outcome.report.status == .succeeded)
            #expect(outcome.report.requests <= 12, "\(outcome.report.streams.map { ($0.stream, $0.requests) })")
            let truth = try await rig.truth("ticket_comments", listing: "ticket_event_comments")
            #expect(try await rig.published("ticket_comments") == truth)
        }
    }

    private func liveTickets(_ rig: Rig) async throws -> [Int] {
        try await rig.truth("tickets").values
            .filter { $0["status"] as? String != "deleted" }
            .compactMap { $0["id"] as? Int }
            .sorted()
    }
}
