import Extractor
import Foundation
import Model
import ServiceRuntime
import Testing
import ZendeskSimulator

/// What a run asks of the account, in the sizes that Zendesk gives: docs of the figures in Benchmarks/README.md.
@Suite("Requests of a run", .serialized)
struct RequestCountTests {
    private static let incremental: [StreamName] = [
        "tickets", "ticket_events", "ticket_metric_events", "users", "organizations",
    ]

    /// An account of 1,000 tickets with 10 audits each, read in full pages.
    private func withAccount(
        chats: Int = 0,
        _ streams: [StreamName],
        perform body: (inout Rig) async throws -> Void
    ) async throws {
        let busy = { (configuration: inout SimulatorConfiguration) in
            configuration.world.auditsPerTicket = 10
            configuration.largestMetricPage = 1000
            configuration.lists.sizes["chat/chats"] = chats
        }
        try await withRig(tickets: 1000, configure: busy) { rig in
            rig.environment.largestPage = 1000
            rig.definition.streams = StreamSelection(include: streams.map(\.rawValue))
            try await body(&rig)
            #expect(rig.simulator.account().throttled == 0 && rig.simulator.account().oversized == 0)
        }
    }

    private func requests(_ outcome: RunOutcome) -> [StreamName: Int] {
        Dictionary(uniqueKeysWithValues: outcome.report.streams.map { ($0.stream, $0.requests) })
    }

    @Test("1,000 tickets: 12 at most with metrics and comments, one for 1,000 records of any other export")
    func support() async throws {
        let derived: [StreamName] = ["ticket_metrics", "ticket_comments", "ticket_audits"]
        try await withAccount(Self.incremental + derived) { rig in
            rig.definition.audits = .fast
            let outcome = await rig.run()
            #expect(outcome.report.status == .succeeded)
            let requests = requests(outcome)
            #expect(outcome.report.requests == requests.values.reduce(0, +))
            let seen = rig.simulator.account().paths.filter { $0.key.hasPrefix("/api/v2/") }.values.reduce(0, +)
            #expect(outcome.report.requests == seen)
            // Out of other streams' pages.
            #expect(derived.map { requests[$0] } == [0, 0, 0])
            #expect(requests["tickets"] == 1)
            let events = try await rig.truth("ticket_events").count
            #expect(events > 5000)
            let history = try #require(requests["ticket_events"])
            #expect(1 + history <= 12)
            #expect(history <= events / 1000 + 2)
            let metricEvents = try await rig.truth("ticket_metric_events").count
            #expect(metricEvents > 5000)
            #expect(try #require(requests["ticket_metric_events"]) <= metricEvents / 1000 + 1)
            // And one for the definitions of custom fields.
            #expect(requests["users"] == 2 && requests["organizations"] == 2)
            rig.simulator.clearAccount()
            let nothing = await rig.run()
            #expect(nothing.report.status == .succeeded)
            for stream in Self.incremental { #expect(self.requests(nothing)[stream] == 1, "\(stream)") }
            #expect(nothing.report.requests == Self.incremental.count)
        }
    }

    @Test("chats: one for 1,000, and one that finds nothing more", arguments: [1000, 2500])
    func chats(count: Int) async throws {
        try await withAccount(chats: count, ["chats"]) { rig in
            rig.definition.source = .chat
            rig.definition.auth = .oauthToken(token: .environment("CHAT_TOKEN"))
            let outcome = await rig.run()
            #expect(outcome.report.status == .succeeded, "\(outcome.report.streams)")
            #expect(outcome.report.streams.map(\.records) == [count])
            #expect(outcome.report.requests <= (count + 999) / 1000 + 1)
            let nothing = await rig.run()
            #expect(nothing.report.requests == 1 && nothing.report.streams.map(\.records) == [0])
        }
    }
}
