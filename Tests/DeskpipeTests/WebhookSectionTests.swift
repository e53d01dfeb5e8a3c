import Console
import Model
import ServiceRuntime
import Testing

@testable import Deskpipe

@Suite("Settings of webhooks")
struct WebhookSectionTests {
    private func settings(_ webhook: String) throws -> WebhookSettings {
        let settings = try ConfigurationTests.settings(
            "console: { webhooks: [\(webhook)] }\n" + ConfigurationTests.connection
        )
        let section = try #require(settings.console.webhooks.first)
        return try section.settings(SecretResolver(environment: ["HOOK": "https://hooks.example.com/secret/path"]))
    }

    @Test("a URL is enough: signed by nobody, told everything as CloudEvents, public addresses alone")
    func least() throws {
        let webhook = try settings("{ url: https://example.com/hook }")
        #expect(webhook.url.description == "example.com:443")
        #expect(webhook.secret == nil)
        #expect(webhook.events == Set(WebhookSettings.Event.allCases))
        #expect(webhook.format == .cloudEvents)
        #expect(!webhook.allowsPrivate)
    }

    @Test("all that can be said is taken, a URL that is a secret by reference")
    func all() throws {
        let webhook = try settings(
            "{ url: env:HOOK, secret: env:KEY, format: slack, events: [alert.raised, run.ended], allow_private: true }"
        )
        #expect(webhook.url.path == "/secret/path")
        #expect(webhook.secret == .environment("KEY"))
        #expect(webhook.events == [.alertRaised, .runEnded])
        #expect(webhook.format == .slack)
        #expect(webhook.allowsPrivate)
    }

    @Test(
        "what cannot be meant is refused with the key and what to write",
        arguments: [
            ("{ secret: env:KEY }", "url"), ("{ url: http://example.com/ }", "only https"),
            ("{ url: https://example.com/, secret: plain }", "env:NAME or file:PATH"),
            ("{ url: https://example.com/, events: [alert] }", "some of alert.raised, "),
            ("{ url: https://example.com/, format: stitch, events: [run.ended] }", "some of load.succeeded"),
            ("{ url: https://example.com/, format: teams }", "one of"),
            ("{ url: https://example.com/, uri: x }", "uri"),
        ]
    )
    func refused(webhook: String, part: String) throws {
        let error = try #require(throws: ConfigurationError.self) { _ = try settings(webhook) }
        #expect(error.message.contains("console.webhooks[0]"))
        #expect(error.message.contains(part))
    }
}
