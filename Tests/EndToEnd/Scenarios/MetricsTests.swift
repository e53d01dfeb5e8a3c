import Foundation
import FoundationNetworking
import TestSupport
import Testing
import ZendeskSimulator

/// What the rules and the dashboard of deploy/ ask Prometheus for, in a process that runs.
@Suite("Metrics of a running process")
struct MetricsTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test("every metric that rules and dashboard name is in /metrics, with the labels that they select by")
    func named() async throws {
        let port = try LocalSocket.freePort()
        try await withScene(Setting(log: .embedded, store: .sqlite), SceneOptions(tickets: 20)) { scene in
            var scene = scene
            scene.settings.more = "health: { listen: 127.0.0.1:\(port) }\nconsole: { listen: none }"
            try scene.workspace.write(scene.settings)
            try await scene.runOnce()
            // What is counted where something is amiss.
            try RejectsTests.block(scene)
            try await scene.change(WorldChange(updated: [.tickets: 10], added: [.tickets: 5]))
            let limit = Fault.Effect.status(429, retryAfter: .seconds(1))
            scene.simulator.inject(Fault("/api/v2/incremental", limit, count: 1))
            let running = try scene.start("run")
            let text = try await metrics(port) {
                $0.contains("\nloader_rows_rejected_total{") && $0.contains("\nextractor_wait_seconds_total{")
            }
            running.send(SIGTERM)
            try await running.outcome()
            let families = Set(text.matches(of: #/(?m)^# TYPE ([a-z_]+)/#).map { String($0.output.1) })
            for (place, names) in try Self.named() {
                #expect(names.count > 5, "\(place) names \(names.count) metrics")
                for name in names.sorted() {
                    let family = name.replacing(#/_(bucket|sum|count)$/#, with: "")
                    #expect(families.contains(name) || families.contains(family), "\(place): there is no \(name)")
                }
            }
        }
    }

    /// By file, the metrics that its expressions name.
    private static func named() throws -> [String: Set<String>] {
        var named: [String: Set<String>] = [:]
        for path in ["deploy/alerts/deskpipe.rules.yaml", "deploy/grafana/deskpipe.json"] {
            let text = try String(contentsOf: repository.appending(path: path), encoding: .utf8)
            let expressions = text.split(separator: "\n").filter { $0.contains(#/"?expr"?:/#) }.joined(separator: "\n")
            let names = expressions.matches(of: #/\b(extractor|loader|deskpipe|process)_[a-z_]+/#)
            named[path] = Set(names.map { String($0.output.0) })
        }
        return named
    }

    /// Waits until the answer is what is waited for.
    private func metrics(_ port: Int, _ isThere: (String) -> Bool) async throws -> String {
        var text = ""
        let hasCome = try await eventually {
            // It does not listen at once.
            let answer = try? await Admin.open("http://127.0.0.1:\(port)/metrics")
            text = answer?.text ?? ""
            return isThere(text)
        }
        try #require(hasCome, "\(text)")
        return text
    }
}
