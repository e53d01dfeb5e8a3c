import Foundation
import Model
import TestSupport
import Testing

@Suite("Webhooks of a running process")
struct WebhookTests {
    @Test("a webhook that nobody answers raises an alert of the console, which names its host and not its path")
    func unanswered() async throws {
        let (port, closed) = (try LocalSocket.freePort(), try LocalSocket.freePort())
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

    @Test("an alert is raised once and resolved once, however often the console is killed or started anew")
    func restarts() async throws {
        let port = try LocalSocket.freePort()
        try await Receiver.whileServing { receiver, hook in
            try await withScene(Setting(log: .embedded, store: .sqlite), SceneOptions(tickets: 20)) { scene in
                var scene = scene
                let console = { (rowLimit: Int) in
                    """
                    console:
                      listen: 127.0.0.1:\(port)
                      row_limit: \(rowLimit)
                      webhooks:
                        - url: http://127.0.0.1:\(hook)/
                          events: [alert.raised, alert.resolved, run.ended]
                          allow_private: true
                    health: { listen: none }
                    """
                }
                scene.settings.more = console(10)
                try scene.workspace.write(scene.settings)
                let first = try scene.start("run")
                let file = URL(filePath: scene.workspace.path("console.\(scene.namespace).json"))
                let isTold = try await eventually {
                    let kept = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
                    let isSettled = Self.told(receiver).count > 1
                    return first.hasEnded
                        || isSettled && kept.contains(#""kind":"row_limit""#) && kept.contains(#""raise_owed":[]"#)
                }
                try #require(isTold && !first.hasEnded, "\(first.errors)")
                let told = ["run.ended", "alert.raised row_limit"]
                #expect(Self.told(receiver).sorted() == told.sorted())
                first.send(SIGKILL)
                try await first.outcome()
                // What is told again comes before what is new.
                let second = try scene.start("run")
                try await scene.deskpipe("run-now")
                #expect(try await eventually { Self.told(receiver).count > 2 || second.hasEnded })
                #expect(Self.told(receiver).last == "run.ended", "\(Self.told(receiver)) \(second.errors)")
                second.send(SIGTERM)
                try await second.outcome()
                scene.settings.more = console(1_000_000)
                try scene.workspace.write(scene.settings)
                for start in 1...2 {
                    let next = try scene.start("run")
                    try await scene.deskpipe("run-now")
                    let count = 3 + start + 1
                    #expect(try await eventually { Self.told(receiver).count >= count || next.hasEnded })
                    let alerts = try await Admin.open("http://127.0.0.1:\(port)/api/v1/alerts").text
                    let printed = try await scene.deskpipe("alerts", "-o", "json").output
                    #expect(Self.still(alerts) == Self.still(printed) && printed.contains("row_limit"), "\(printed)")
                    next.send(SIGTERM)
                    try await next.outcome()
                }
                let rest = ["alert.resolved row_limit", "run.ended", "run.ended"]
                #expect(Self.told(receiver).dropFirst(3).sorted() == rest.sorted(), "\(Self.told(receiver))")
            }
        }
    }

    /// What the receiver was told, in short.
    private static func told(_ receiver: Receiver) -> [String] {
        receiver.received.compactMap { received in
            let event = try? JSONSerialization.jsonObject(with: Data(received.body)) as? [String: Any]
            let type = (event?["type"] as? String)?.split(separator: ".").dropFirst().prefix(2).joined(separator: ".")
            let kind = (event?["data"] as? [String: Any])?["kind"] as? String
            return type.map { type in kind.map { "\(type) \($0)" } ?? type }
        }
    }

    /// Without the moment at which it was asked.
    private static func still(_ text: String) -> String { text.replacing(#/\n  "at" : "[^"]*"/#, with: "") }
}
