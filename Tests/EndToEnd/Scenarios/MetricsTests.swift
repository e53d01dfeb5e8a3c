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

    @Test("what rules and dashboard ask for is in /metrics, with the labels' values that they select, and counts")
    func named() async throws {
        let port = try LocalSocket.freePort()
        try await withScene(Setting(log: .embedded, store: .sqlite), SceneOptions(tickets: 20)) { scene in
            var scene = scene
            scene.settings.more = "health: { listen: 127.0.0.1:\(port) }\nconsole: { listen: none }"
            try scene.workspace.write(scene.settings)
            try await scene.runOnce()
            let named = try Self.named()
            #expect(named.count > 25, "\(named)")
            // What is counted where something is amiss.
            try RejectsTests.block(scene)
            try await scene.change(WorldChange(updated: [.tickets: 10], added: [.tickets: 5]))
            let limit = Fault.Effect.status(429, retryAfter: .seconds(1))
            scene.simulator.inject(Fault("/api/v2/incremental", limit, count: 1))
            let running = try scene.start("run")
            var missing: [String] = []
            // It does not listen at once, and counts as it goes.
            _ = try await eventually {
                guard let text = try? await Admin.open("http://127.0.0.1:\(port)/metrics").text else { return false }
                missing = named.filter { asked in !["{", " ", ",", "}"].contains { text.contains("\n\(asked)\($0)") } }
                missing += Self.counted.filter { !text.contains("\n\($0) ") || text.contains("\n\($0) 0\n") }
                return missing.isEmpty
            }
            #expect(missing == [])
            running.send(SIGTERM)
            try await running.outcome()
        }
    }

    private static let counted = [
        #"extractor_http_requests_total{status="429"}"#, #"extractor_wait_seconds_total{reason="rate_limit"}"#,
        #"extractor_runs_total{status="succeeded"}"#, #"loader_batches_total{status="succeeded"}"#,
        #"loader_rows_rejected_total{reason="record"}"#,
    ]

    /// How the lines begin that the expressions of rules and dashboard ask for: a metric's name, up to the first label's
    /// value where one is selected.
    private static func named() throws -> Set<String> {
        let texts = try ["alerts/deskpipe.rules.yaml", "grafana/deskpipe.json"].map {
            try String(contentsOf: repository.appending(path: "deploy/\($0)"), encoding: .utf8)
        }
        let lines = texts.flatMap { $0.split(separator: "\n") }.filter { $0.contains(#/"?expr"?:/#) }
        let names = lines.flatMap { line in
            line.replacing(#"\""#, with: #"""#).matches(
                of: #/\b(?:extractor|loader|deskpipe|process)_[a-z_]+(?:\{[a-z]+="[^"]*")?/#
            )
        }
        return Set(names.map { String($0.output) })
    }
}
