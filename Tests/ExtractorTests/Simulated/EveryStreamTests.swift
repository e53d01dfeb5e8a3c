import Catalog
import Extractor
import Foundation
import Messaging
import Model
import ServiceRuntime
import Testing
import ZendeskSimulator

/// Each stream by itself against the simulator, in pages so small that it takes several.
@Suite("Every stream", .serialized)
struct EveryStreamTests {
    static let streams: [StreamName] = [
        "tickets", "ticket_metrics", "ticket_events", "ticket_comments", "ticket_audits", "ticket_metric_events",
        "satisfaction_ratings", "users", "user_identities", "organizations", "groups",
    ]

    private func withStream(
        _ stream: StreamName,
        perform body: (inout Rig) async throws -> Void
    ) async throws {
        let sizes: [SimulatedStream: Int] = [.users: 15, .organizations: 15, .groups: 15]
        let rated = { (configuration: inout SimulatorConfiguration) in configuration.world.ratedPercent = 100 }
        try await withRig(tickets: 15, sizes: sizes, configure: rated) { rig in
            rig.environment.largestPage = 6
            rig.definition.streams = StreamSelection(include: [stream.rawValue])
            try await body(&rig)
        }
    }

    @Test("arrives complete over three pages and more, with its schema first", arguments: streams)
    func complete(stream: StreamName) async throws {
        try await withStream(stream) { rig in
            let outcome = await rig.run()
            #expect(outcome.exitCode == .ok, "\(outcome.report.streams)")
            let report = try #require(outcome.report.streams.first)
            #expect(report.status == .caughtUp && report.asOf != nil)
            #expect(report.pages >= 3)
            let listing = stream == "ticket_comments" ? "ticket_event_comments" : nil
            let truth = try await rig.truth(stream, listing: listing)
            let published = try await rig.published(stream)
            #expect(!truth.isEmpty)
            #expect(Set(published.keys) == Set(truth.keys))
            #expect(truth.filter { published[$0.key] != $0.value }.keys.sorted() == [])
            let events = try await rig.events(stream)
            #expect(events.first?.envelope.type == .schema)
            #expect(zip(events, events.dropFirst()).allSatisfy { $0.envelope.sequence < $1.envelope.sequence })
            let isReadWhole = Catalog.stream(stream, of: .support)?.schema.replication != .incremental
            #expect((events.last?.envelope.type == .version) == isReadWhole)
            #expect(rig.simulator.account().violations == 0)
        }
    }

    @Test("a second run with nothing new takes one request for an incremental stream", arguments: streams)
    func again(stream: StreamName) async throws {
        try await withStream(stream) { rig in
            let first = await rig.run()
            rig.simulator.clearAccount()
            let second = await rig.run()
            #expect(second.exitCode == .ok)
            let definition = try #require(Catalog.stream(stream, of: .support))
            guard definition.schema.replication == .incremental, !Self.rereads(definition) else {
                #expect(second.report.requests <= first.report.requests)
                return
            }
            #expect(second.report.requests == 1)
            #expect(second.report.streams.first?.records == 0)
        }
    }

    @Test("where it is closed it is parked, or fails if it is essential; opened, it works", arguments: streams)
    func gate(stream: StreamName) async throws {
        try await withStream(stream) { rig in
            let definition = try #require(Catalog.stream(stream, of: .support))
            let path = try #require(Self.path(of: definition))
            rig.simulator.close(path, status: 403)
            let closed = await rig.run()
            #expect(closed.exitCode == .permission)
            let report = try #require(closed.report.streams.first)
            #expect(report.status == (definition.isEssential ? .failed : .parked))
            #expect(report.reason?.contains("403") == true && report.hint != nil)
            rig.simulator.close(path, status: nil)
            let opened = await rig.run()
            #expect(opened.exitCode == .ok)
            #expect(opened.report.streams.first?.status == .caughtUp)
        }
    }

    /// Asks for a window before its last record again, so that even nothing new takes pages.
    private static func rereads(_ definition: StreamDefinition) -> Bool {
        guard case .request(let request) = definition.origin else { return false }
        return request.rereadWindow != nil
    }

    private static func path(of definition: StreamDefinition) -> String? {
        switch definition.origin {
        case .request(let request), .perRecord(let request, _):
            "/api/v2/" + request.path.replacing(".json", with: "")
        case .field(_, let parent), .list(_, let parent), .elements(_, let parent):
            Catalog.stream(parent, of: definition.source).flatMap(path)
        }
    }
}
