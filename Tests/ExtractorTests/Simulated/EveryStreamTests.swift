import Catalog
import Extractor
import Foundation
import Messaging
import Model
import ServiceRuntime
import Testing
import ZendeskSimulator

/// Each stream of the catalogue by itself against the simulator, in pages so small that it takes several.
@Suite("Every stream", .serialized)
struct EveryStreamTests {
    private static let records = 15
    private static let largestPage = 6

    private func withStream(
        _ stream: StreamDefinition,
        perform body: (inout Rig) async throws -> Void
    ) async throws {
        let sizes: [SimulatedStream: Int] = [.users: 15, .organizations: 15, .groups: 15]
        try await withRig(tickets: Self.records, sizes: sizes) { configuration in
            configuration.world.ratedPercent = 100
            let prefix = stream.source == .chat ? "chat/" : ""
            // What comes in one answer may be a single record.
            if !Self.isSinglePage(stream) {
                configuration.lists.sizes["\(prefix)\(stream.name)"] = Self.records
            }
            if case .perRecord(_, let parent) = stream.origin {
                configuration.lists.sizes["\(parent)"] = Self.records
            }
        } perform: { rig in
            rig.environment.largestPage = Self.largestPage
            if stream.source == .chat {
                rig.definition.source = .chat
                rig.definition.auth = .oauthToken(token: .environment("CHAT_TOKEN"))
            }
            rig.definition.streams = StreamSelection(include: [stream.name.rawValue])
            try await body(&rig)
        }
    }

    @Test("arrives complete over three pages and more, and a second run repeats nothing", arguments: Catalog.streams)
    func complete(stream: StreamDefinition) async throws {
        try await withStream(stream) { rig in
            let outcome = await rig.run()
            #expect(outcome.exitCode == .ok, "\(outcome.report.streams)")
            let report = try #require(outcome.report.streams.first)
            #expect(report.status == .caughtUp && report.asOf != nil)
            #expect(report.pages >= (Self.isSinglePage(stream) ? 1 : 3))
            try await expectTruth(stream, rig)
            let events = try await rig.events(stream.name)
            #expect(events.first?.envelope.type == .schema)
            #expect(zip(events, events.dropFirst()).allSatisfy { $0.envelope.sequence < $1.envelope.sequence })
            let isReadWhole = stream.schema.replication != .incremental
            #expect((events.last?.envelope.type == .version) == isReadWhole)
            #expect(events.filter { $0.envelope.type == .version }.count == (isReadWhole ? 1 : 0))
            try await expectRepeat(stream, rig, after: outcome)
            #expect(rig.simulator.account().violations == 0)
        }
    }

    /// A run with nothing new: one request for what is read by a bookmark, all pages and a new version of the rest.
    private func expectRepeat(_ stream: StreamDefinition, _ rig: Rig, after first: RunOutcome) async throws {
        let second = await rig.run()
        #expect(second.exitCode == .ok)
        if stream.schema.replication == .incremental, !Self.rereads(stream) {
            #expect(second.report.requests == 1)
            let repeated = try #require(second.report.streams.first?.records)
            #expect(Self.repeatsLast(stream) ? repeated <= 1 : repeated == 0)
        } else {
            #expect(second.report.requests <= first.report.requests)
            #expect(second.report.streams.first?.status == .caughtUp)
        }
        let events = try await rig.events(stream.name)
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.envelope.sequence < $1.envelope.sequence })
        let versions = events.filter { $0.envelope.type == .version }.compactMap(\.envelope.tableVersion)
        #expect(versions.count == (stream.schema.replication == .incremental ? 0 : 2))
        #expect(zip(versions, versions.dropFirst()).allSatisfy { $0 < $1 })
        #expect(events.filter { $0.envelope.type == .schema }.count == 1)
    }

    @Test("where it is closed it is parked, or fails if it is essential; opened, it works", arguments: Catalog.streams)
    func gate(stream: StreamDefinition) async throws {
        try await withStream(stream) { rig in
            let path = try #require(Self.path(of: stream))
            rig.simulator.close(path, status: 403)
            let closed = await rig.run()
            #expect(closed.exitCode == .permission)
            let report = try #require(closed.report.streams.first)
            #expect(report.status == (stream.isEssential ? .failed : .parked))
            #expect(report.reason?.contains("403") == true && report.hint != nil)
            #expect(try await rig.events(stream.name).allSatisfy { $0.envelope.type == .schema })
            rig.simulator.close(path, status: nil)
            let opened = await rig.run()
            #expect(opened.exitCode == .ok)
            #expect(opened.report.streams.first?.status == .caughtUp)
            try await expectTruth(stream, rig)
        }
    }

    private func expectTruth(_ stream: StreamDefinition, _ rig: Rig) async throws {
        let truth = try await rig.truth(stream.name, listing: Self.listing(of: stream))
        let published = try await rig.published(stream.name)
        #expect(!truth.isEmpty)
        guard !stream.schema.key.isEmpty else {
            #expect(Array(published.values) == Array(truth.values))
            return
        }
        #expect(Set(published.keys) == Set(truth.keys))
        #expect(truth.filter { published[$0.key] != $0.value }.keys.sorted() == [])
    }

    /// The simulator's name for the records that a run of this stream alone brings.
    private static func listing(of stream: StreamDefinition) -> String {
        if stream.source == .chat { return "chat/\(stream.name)" }
        return stream.name == "ticket_comments" ? "ticket_event_comments" : stream.name.rawValue
    }

    /// Asks for a window before its last record again, so that even nothing new takes pages.
    private static func rereads(_ stream: StreamDefinition) -> Bool {
        guard case .request(let request) = stream.origin else { return false }
        return request.rereadWindow != nil
    }

    /// Asks for what is not older than its last record, and cannot tell that one from news.
    private static func repeatsLast(_ stream: StreamDefinition) -> Bool {
        guard case .request(let request) = stream.origin else { return false }
        return request.start != .none || request.dialect == .chatIncrementalMicroseconds
    }

    private static func isSinglePage(_ stream: StreamDefinition) -> Bool {
        guard case .request(let request) = stream.origin else { return false }
        return request.dialect == .singlePage
    }

    private static func path(of stream: StreamDefinition) -> String? {
        switch stream.origin {
        case .request(let request), .perRecord(let request, _):
            "/api/v2/" + request.path.replacing(".json", with: "")
        case .field(_, let parent), .list(_, let parent), .elements(_, let parent):
            Catalog.stream(parent, of: stream.source).flatMap(path)
        }
    }
}
