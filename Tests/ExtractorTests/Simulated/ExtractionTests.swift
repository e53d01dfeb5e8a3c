import Extractor
import Foundation
import Messaging
import Model
import ServiceRuntime
import Synchronization
import Testing
import Transports
import ZendeskSimulator

@Suite("Extraction from a simulated account", .serialized)
struct ExtractionTests {
    @Test("a first run publishes every record of every stream, and reports it")
    func complete() async throws {
        try await withRig(tickets: 120, sizes: [.users: 30, .organizations: 6, .groups: 120]) { rig in
            let outcome = await rig.run()
            #expect(outcome.exitCode == .ok)
            #expect(outcome.report.status == .succeeded)
            try await rig.expectTruth()
            let reports = outcome.report.streams
            #expect(reports.map(\.stream) == Rig.streams)
            #expect(reports.allSatisfy { $0.status == .caughtUp && $0.asOf != nil && $0.bookmarkAfter != nil })
            #expect(reports.map(\.pages) == [3, 3, 1, 1, 3])
            // One more for the definitions of custom fields each.
            #expect(reports.map(\.requests) == [3, 0, 2, 2, 3])
            for report in reports {
                let events = try await rig.events(report.stream)
                #expect(report.records == events.filter { $0.envelope.type == .upsert }.count)
                #expect(events.first?.envelope.type == .schema)
                #expect(events.filter { $0.envelope.type == .schema }.count == 1)
            }
            #expect(try await rig.events("groups").last?.envelope.type == .version)
            let messages = try await rig.messages(deskpipe.extractionReports)
            #expect(messages.map(\.keyText) == ["acme/support"])
            let value = try #require(messages.first?.value)
            let report = try JSONDecoder().decode(ExtractionReport.self, from: Data(value))
            #expect(report.run == outcome.report.run && report.requests == 10)
        }
    }

    @Test("a second run makes one request per list and publishes only what is read whole")
    func again() async throws {
        try await withRig { rig in
            _ = await rig.run()
            rig.simulator.clearAccount()
            let counts = try await rig.counts()
            let outcome = await rig.run()
            #expect(outcome.report.status == .succeeded)
            #expect(outcome.report.requests == 4)
            #expect(outcome.report.streams.map(\.records) == [0, 0, 0, 0, 12])
            let after = try await rig.counts()
            #expect(after["tickets"] == counts["tickets"] && after["organizations"] == counts["organizations"])
            let requests = rig.simulator.account().requests
            #expect(requests.first { $0.path.hasSuffix("/tickets/cursor") }?.query.contains("cursor=") == true)
            #expect(outcome.report.streams.allSatisfy { $0.bookmarkBefore == $0.bookmarkAfter })
        }
    }

    @Test("a run after changes publishes exactly the changed records")
    func changes() async throws {
        try await withRig { rig in
            _ = await rig.run()
            let change = WorldChange(
                updated: [.tickets: 7, .users: 5, .organizations: 3],
                deleted: [.tickets: 2, .users: 1, .organizations: 1, .groups: 1],
                added: [.tickets: 4, .users: 2, .organizations: 2]
            )
            await rig.simulator.change(change)
            // The exports hold the last minute back.
            rig.clock.leap(by: .seconds(180))
            let outcome = await rig.run()
            #expect(outcome.report.streams.map(\.records) == [13, 11, 8, 6, 12])
            try await rig.expectTruth(["tickets", "users", "organizations", "groups"])
        }
    }

    @Test("ticket_metrics can be read without tickets, and tickets join later")
    func metricsAlone() async throws {
        try await withRig(tickets: 40) { rig in
            rig.definition.streams = StreamSelection(include: ["ticket_metrics"])
            let first = await rig.run()
            #expect(first.report.streams.map(\.requests) == [1])
            try await rig.expectTruth(["ticket_metrics"])
            #expect(try await rig.events("tickets").isEmpty)
            rig.definition.streams = StreamSelection(include: ["tickets", "ticket_metrics"])
            let second = await rig.run()
            #expect(second.report.streams.map(\.requests) == [1, 1])
            try await rig.expectTruth(["tickets", "ticket_metrics"])
            let third = await rig.run()
            #expect(third.report.streams.map(\.requests) == [1, 0])
            let bookmarks = (try await rig.bookmark("tickets"), try await rig.bookmark("ticket_metrics"))
            #expect(bookmarks.0?.cursor == bookmarks.1?.cursor)
        }
    }

    @Test("excluded columns and secrets are in no topic")
    func excluded() async throws {
        try await withRig { rig in
            rig.definition.excludedColumns = ["users": ["email", "photo"], "tickets": ["via.source", "description"]]
            let outcome = await rig.run()
            #expect(outcome.report.status == .succeeded)
            for record in try await rig.published("users").values { #expect(record["email"] == nil) }
            for record in try await rig.published("tickets").values {
                #expect(record["description"] == nil)
                guard let via = record["via"] as? NSDictionary else { continue }  // a deleted ticket has none
                #expect(via["source"] == nil && via["channel"] != nil)
            }
            for topic in deskpipe.serviceTopics.map(\.name) + Rig.streams.map({ deskpipe.records(.support, $0) }) {
                for message in try await rig.messages(topic) {
                    let text = String(decoding: message.value ?? [], as: UTF8.self)
                    #expect(!text.contains("simulator-secret") && !text.contains("granted-"))
                }
            }
        }
    }

    @Test("a stop ends the run after a page, and the next one goes on from there")
    func stop() async throws {
        try await withRig(tickets: 180) { rig in
            let stop = StopSignal()
            let stopped = await rig.run(stop: stop) { progress in
                if progress.report.streams[0].pages == 1 { stop.set() }
            }
            #expect(stopped.report.status == .stopped)
            #expect(stopped.report.streams[0].status == .continues)
            #expect(stopped.report.streams[0].pages < 4)
            #expect(stopped.exitCode == .ok)
            rig.simulator.clearAccount()
            let resumed = await rig.run()
            #expect(resumed.report.status == .succeeded)
            #expect(resumed.report.streams[0].pages + stopped.report.streams[0].pages == 4)
            try await rig.expectTruth()
            #expect(try await rig.events("tickets").filter { $0.envelope.type == .upsert }.count == 180)
        }
    }

    @Test("runs that are cancelled at any page lose nothing", arguments: 1...6)
    func cancelled(after pages: Int) async throws {
        try await withRig(tickets: 180, sizes: [.groups: 120]) { rig in
            let progressed = StopSignal()
            let cut = rig
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = await cut.run { progress in
                        let sum = progress.report.streams.reduce(0) { $0 + $1.pages }
                        if sum >= pages { progressed.set() }
                    }
                }
                await progressed.wait()
                group.cancelAll()
            }
            let resumed = await rig.run()
            #expect(resumed.report.status == .succeeded)
            try await rig.expectTruth()
        }
    }

    @Test("a run whose identity is taken by another one ends as taken over, and publishes nothing more")
    func fenced() async throws {
        try await withRig(tickets: 180) { rig in
            let transport = rig.transport
            let taken = StopSignal()
            rig.simulator.inject(
                Fault("/api/v2/incremental/tickets/cursor", .delay(.seconds(1)), skip: 1, count: 1)
            )
            let reached = StopSignal()
            let slow = rig
            try await withThrowingTaskGroup(of: RunOutcome?.self) { group in
                group.addTask {
                    await slow.run { progress in
                        if progress.report.streams[0].pages == 1 { reached.set() }
                    }
                }
                group.addTask {
                    await reached.wait()
                    let id = deskpipe.transactionalID(of: acme)
                    _ = try await transport.producer(.transactional(id: id))
                    taken.set()
                    return nil
                }
                for try await outcome in group {
                    guard let outcome else { continue }
                    #expect(outcome.error == .takenOver)
                    #expect(outcome.report.status == .stopped)
                    #expect(outcome.exitCode == .transport)
                    let pages = outcome.report.streams[0].pages
                    #expect((1...3).contains(pages))
                    let published = try await rig.events("tickets").filter { $0.envelope.type == .upsert }
                    #expect(published.count == pages * 50)
                }
            }
            #expect(taken.isSet)
        }
    }

    @Test("a service runs each connection once and says what the worst was")
    func service() async throws {
        try await withRig(tickets: 50) { rig in
            var other = rig.definition
            other.auth = .oauthToken(token: .environment("WRONG"))
            let service = ExtractorService(
                environment: rig.environment,
                settings: ServiceSettings(concurrency: 1)
            )
            let outcomes = await service.runOnce([rig.definition, other], stop: StopSignal())
            #expect(outcomes.map(\.exitCode) == [.ok, .authentication])
            #expect(ExtractorService.exitCode(of: outcomes) == .partial)
            #expect(ExtractorService.exitCode(of: Array(outcomes.dropFirst())) == .authentication)
        }
    }
}

extension Rig {
    /// Events by stream.
    fileprivate func counts() async throws -> [StreamName: Int] {
        var counts: [StreamName: Int] = [:]
        for stream in Rig.streams { counts[stream] = try await events(stream).count }
        return counts
    }
}
