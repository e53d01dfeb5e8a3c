import Foundation
import Model
import Testing

@Suite("Webhooks of a running process")
struct WebhookTests {
    @Test("a webhook that nobody answers raises an alert of the console, which names its host and not its path")
    func unanswered() async throws {
        let (port, closed) = (try freePort(), try freePort())
        try await withScene(Setting(log: .embedded, store: .sqlite), SceneOptions(tickets: 20)) { scene in
            var scene = scene
            scene.settings.more = """
                console: { listen: 127.0.0.1:\(port), webhooks: [{ url: env:E2E_HOOK, allow_private: true }] }
                health: { listen: none }
                """
            try scene.workspace.write(scene.settings)
            let running = try scene.start(["run"], environment: ["E2E_HOOK": "http://127.0.0.1:\(closed)/canary-path"])
            var alerts = ""
            let isTold = try await eventually {
                // It does not listen at once.
                alerts = (try? await Admin.open("http://127.0.0.1:\(port)/api/v1/alerts").text) ?? ""
                return alerts.contains("webhook_failing") || running.hasEnded
            }
            #expect(isTold && alerts.contains("127.0.0.1:\(closed)"), "\(alerts) \(running.errors)")
            running.send(SIGTERM)
            try await running.outcome()
            #expect(!alerts.contains("canary-path"))
            #expect(!running.errors.contains("canary-path"))
        }
    }
}
