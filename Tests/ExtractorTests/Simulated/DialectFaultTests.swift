import Extractor
import Foundation
import Model
import Testing
import ZendeskSimulator

/// Each way to page through a list, by a stream that is read in that way, under each kind of fault.
@Suite("Each dialect through faults")
struct DialectFaultTests {
    struct Subject: Sendable, CustomTestStringConvertible {
        var stream: StreamName
        var path: String
        var source = Source.support
        /// All of it comes in one answer: there is no page in the middle.
        var isOnePage = false

        var testDescription: String { "\(source.rawValue) \(stream)" }
    }

    private static let subjects = [
        Subject(stream: "tickets", path: "incremental/tickets"),
        Subject(stream: "organizations", path: "incremental/organizations"),
        Subject(stream: "ticket_metric_events", path: "incremental/ticket_metric_events"),
        Subject(stream: "macros", path: "macros"),
        Subject(stream: "talk_phone_numbers", path: "channels/voice/phone_numbers"),
        Subject(stream: "talk_calls", path: "channels/voice/stats/incremental/calls"),
        Subject(stream: "sla_policies", path: "slas/policies", isOnePage: true),
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

    @Test("a fault on the first page, or on one in the middle, leaves no trace", arguments: subjects)
    func passing(subject: Subject) async throws {
        let listing = subject.source == .chat ? "chat/\(subject.stream)" : nil
        let sizes = { (configuration: inout SimulatorConfiguration) in
            configuration.lists.sizes[listing ?? subject.stream.rawValue] = 17
        }
        let auth = subject.source == .chat ? Authentication.oauthToken(token: .environment("CHAT_TOKEN")) : nil
        // One account for all faults, and an empty log for each of them.
        try await withRig(tickets: 17, sizes: [.organizations: 17], auth: auth, configure: sizes) { account in
            account.environment.largestPage = 6
            account.definition.source = subject.source
            account.definition.streams = StreamSelection(include: [subject.stream.rawValue])
            let truth = try await account.truth(subject.stream, listing: listing)
            #expect(truth.count >= 16)
            for effect in Self.effects {
                for skip in subject.isOnePage ? [0] : [0, 1] {
                    account.simulator.clearFaults()
                    account.simulator.clearAccount()
                    // An empty page twice, with the same cursor, is the endless loop that a reader has to end.
                    let count = if case .emptyPage = effect { 1 } else { subject.isOnePage ? 1 : 2 }
                    account.simulator.inject(Fault("/api/v2/\(subject.path)", effect, skip: skip, count: count))
                    try await account.withEmptyLog { rig in
                        let fault: Comment = "\(effect), after \(skip) pages"
                        try await Self.expectNoTrace(of: truth, rig, subject.stream, met: count, fault)
                    }
                }
            }
        }
    }

    private static func expectNoTrace(
        of truth: [String: SentRecord],
        _ rig: Rig,
        _ stream: StreamName,
        met count: Int,
        _ fault: Comment
    ) async throws {
        let outcome = await rig.run()
        #expect(outcome.report.status == .succeeded, "\(fault): \(outcome.report.streams.compactMap(\.reason))")
        let published = try await rig.published(stream)
        #expect(published.count == truth.count, fault)
        #expect(truth.filter { published[$0.key] != $0.value }.keys.sorted() == [], fault)
        let account = rig.simulator.account()
        #expect(account.requests.count { $0.fault != nil } == count, fault)
        #expect(account.violations == 0 && account.oversized == 0 && account.tooDeep == 0, fault)
    }
}
