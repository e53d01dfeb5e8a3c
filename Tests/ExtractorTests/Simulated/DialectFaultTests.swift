import Extractor
import Foundation
import Model
import Testing
import ZendeskSimulator

/// Each way to page through a list, by a stream that is read in that way, under each kind of fault.
@Suite("Each dialect through faults", .serialized)
struct DialectFaultTests {
    struct Subject: Sendable, CustomTestStringConvertible {
        var stream: StreamName
        var path: String
        var source = Source.support

        var testDescription: String { "\(source.rawValue) \(stream)" }
    }

    private static let subjects = [
        Subject(stream: "tickets", path: "incremental/tickets"),
        Subject(stream: "organizations", path: "incremental/organizations"),
        Subject(stream: "ticket_metric_events", path: "incremental/ticket_metric_events"),
        Subject(stream: "macros", path: "macros"),
        Subject(stream: "talk_phone_numbers", path: "channels/voice/phone_numbers"),
        Subject(stream: "talk_calls", path: "channels/voice/stats/incremental/calls"),
        Subject(stream: "sla_policies", path: "slas/policies"),
        Subject(stream: "ticket_audits", path: "tickets/"),
        Subject(stream: "agents", path: "chat/agents", source: .chat),
        Subject(stream: "chats", path: "chat/incremental/chats", source: .chat),
        Subject(stream: "agent_timeline", path: "chat/incremental/agent_timeline", source: .chat),
    ]

    private static let effects: [Fault.Effect] = [
        .status(500), .status(503, body: .text, retryAfter: .seconds(3)), .status(504, body: .text),
        .status(429, body: .text, retryAfter: .seconds(7)), .status(429, retryAfter: .date(seconds: 30)),
        .status(200, body: .html), .reset(), .truncate(), .badJSON, .delay(.milliseconds(1)),
        .dribble(bytes: 2_000, pause: .milliseconds(1)), .contentType("text/html"), .emptyPage,
    ]

    @Test("a fault on the first page, or on one in the middle, leaves no trace", arguments: subjects, effects)
    func passing(subject: Subject, effect: Fault.Effect) async throws {
        let sizes = { (configuration: inout SimulatorConfiguration) in
            for subject in Self.subjects {
                let name = subject.source == .chat ? "chat/\(subject.stream)" : subject.stream.rawValue
                configuration.lists.sizes[name] = 17
            }
        }
        let auth = subject.source == .chat ? Authentication.oauthToken(token: .environment("CHAT_TOKEN")) : nil
        for skip in [0, 1] {
            try await withRig(tickets: 17, sizes: [.organizations: 17], auth: auth, configure: sizes) { rig in
                rig.environment.largestPage = 6
                rig.definition.source = subject.source
                rig.definition.streams = StreamSelection(include: [subject.stream.rawValue])
                // An empty page twice, with the same cursor, is the endless loop that a reader has to end.
                let count = if case .emptyPage = effect { 1 } else { 2 }
                rig.simulator.inject(Fault("/api/v2/\(subject.path)", effect, skip: skip, count: count))
                let outcome = await rig.run()
                #expect(outcome.report.status == .succeeded, "\(outcome.report.streams.compactMap(\.reason))")
                let listing = subject.source == .chat ? "chat/\(subject.stream)" : nil
                let truth = try await rig.truth(subject.stream, listing: listing)
                let published = try await rig.published(subject.stream)
                #expect(truth.count >= 16 && published.count == truth.count)
                #expect(truth.filter { published[$0.key] != $0.value }.keys.sorted() == [])
                let account = rig.simulator.account()
                #expect(account.violations == 0 && account.oversized == 0 && account.tooDeep == 0)
            }
        }
    }
}
