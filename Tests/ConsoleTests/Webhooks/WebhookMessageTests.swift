import Console
import Foundation
import Model
import Testing

@Suite("WebhookMessage")
struct WebhookMessageTests {
    private let now = Facts.noon

    private func object(
        _ event: BoardEvent,
        _ format: WebhookSettings.Format,
        _ events: Set<WebhookSettings.Event>? = nil
    ) throws -> [String: Any] {
        let url = try WebhookURL(parsing: "https://example.com/")
        let webhook = WebhookSettings(url: url, events: events, format: format)
        let message = try #require(try WebhookMessage(event, for: webhook, at: now))
        return try #require(try JSONSerialization.jsonObject(with: Data(message.body)) as? [String: Any])
    }

    private func alert(_ meaning: String = "disk full") throws -> BoardEvent {
        var book = AlertBook()
        let finding = Finding(
            .init(.loadFailing, try Facts().key, "tickets"),
            .critical,
            since: now,
            meaning: meaning,
            action: "mend it"
        )
        return .alert(try #require(book.take([finding], at: now).first))
    }

    @Test("an alert is a CloudEvent with the alert as its data")
    func cloudEvent() throws {
        let event = try object(try alert(), .cloudEvents)
        #expect(event["specversion"] as? String == "1.0")
        #expect(event["type"] as? String == "deskpipe.alert.raised.v1")
        #expect(event["source"] as? String == "deskpipe/acme/support")
        #expect(event["subject"] as? String == "tickets")
        #expect(event["time"] as? String == "2026-11-20T12:00:00.000Z")
        #expect((event["id"] as? String)?.hasSuffix("/raised") == true)
        let data = try #require(event["data"] as? [String: Any])
        #expect(data["kind"] as? String == "load_failing")
        #expect(data["action"] as? String == "mend it")
    }

    @Test("a run's and a load's data are their reports, as the topics have them")
    func reports() throws {
        let facts = try Facts()
        let run = facts.run(at: now, records: ["tickets": 3])
        let event = try object(.run(run), .cloudEvents)
        #expect(event["type"] as? String == "deskpipe.run.ended.v1")
        let data = try JSONSerialization.data(withJSONObject: try #require(event["data"]))
        #expect(try JSONDecoder().decode(ExtractionReport.self, from: data) == run)
        let load = facts.load(at: now, rows: 3)
        let second = try object(.load(load), .cloudEvents)
        #expect(second["type"] as? String == "deskpipe.load.succeeded.v1")
        let report = try JSONSerialization.data(withJSONObject: try #require(second["data"]))
        #expect(try JSONDecoder().decode(LoadingReport.self, from: report) == load)
    }

    @Test("a load in Stitch's shape has its root table and sub-tables")
    func stitch() throws {
        let hook = try object(
            .load(try Facts().load(at: now, rows: 3, rejected: 1) { $0.schemaChanges = ["reset tickets"] }),
            .stitch
        )
        #expect(hook["version"] as? String == "1.0")
        #expect(hook["integration_name"] as? String == "stitch_zendesk")
        #expect(hook["new_version"] as? Bool == true)
        #expect(hook["source_root_table_name"] as? String == "tickets")
        let tables = try #require(hook["tables"] as? [[String: Any]])
        #expect(tables.map { $0["destination_table_name"] as? String } == ["tickets", "tickets__tags"])
        #expect(tables.map { $0["source_table_name"] as? String } == ["tickets", "tags"])
        #expect(tables.map { $0["num_rows"] as? Int } == [3, 6])
        #expect(tables[0]["num_rows_rejected"] as? Int == 1)
        let bookmark = (tables[0]["bookmark_metadata"] as? [[String: Any]])?.first
        #expect(bookmark?["key"] as? String == "updated_at")
    }

    @Test("what was quoted into a text for Slack makes no link, mention or mark-up")
    func slack() throws {
        let text = try #require(
            try object(try alert("<!channel> *now* <https://evil.example|click> & `x` <\u{301}b"), .slack)["text"]
                as? String
        )
        #expect(text.contains("&lt;!channel&gt;"))
        #expect(!text.unicodeScalars.contains("<"))
        #expect(!text.contains("*now*"))
        #expect(text.contains("load failing: acme/support tickets"))
        #expect(text.contains("mend it"))
    }

    @Test("a webhook is told what it asked for, and Stitch's shape only of loads that succeeded")
    func selection() throws {
        let facts = try Facts()
        let url = try WebhookURL(parsing: "https://example.com/")
        let failed = BoardEvent.load(facts.load(at: now, rows: 0, error: "disk full"))
        let alerts = WebhookSettings(url: url, events: [.alertRaised])
        #expect(try WebhookMessage(failed, for: alerts, at: now) == nil)
        #expect(try WebhookMessage(try alert(), for: alerts, at: now) != nil)
        let all = WebhookSettings(url: url, events: Set(WebhookSettings.Event.allCases), format: .stitch)
        #expect(try WebhookMessage(failed, for: all, at: now) == nil)
        #expect(try WebhookMessage(.run(facts.run(at: now)), for: all, at: now) == nil)
        #expect(try WebhookMessage(.run(facts.run(at: now, .running)), for: WebhookSettings(url: url), at: now) == nil)
    }
}
