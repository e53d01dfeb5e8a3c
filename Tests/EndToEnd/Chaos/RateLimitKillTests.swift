import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("Killed while Zendesk asks for a pause")
struct RateLimitKillTests {
    @Test(
        "the next process sends nothing before its end",
        arguments: ["kill", "hand-over"],
        ["/api/v2/incremental/users", "/oauth/tokens"]
    )
    func waits(end: String, path: String) async throws {
        try await withScene(Setting(log: .embedded, store: .sqlite), SceneOptions(tickets: 20)) { scene in
            try await scene.runOnce()
            try await scene.change(WorldChange(updated: [.tickets: 9, .users: 2]))
            let pause = Fault(path, .status(429, retryAfter: .seconds(6)), count: 1)
            scene.simulator.inject(pause)
            // A single run changes the state for nothing else.
            let environment = end == "kill" ? ["DESKPIPE_FAILPOINT": "state-written:1:kill"] : [:]
            let first = try scene.start(["run", "--once"], environment: environment)
            if end == "hand-over" {
                // Not before the answer has come.
                #expect(try await eventually { first.errors.contains("Zendesk's rate limit") })
                first.send(SIGTERM)
            }
            let outcome = try await first.outcome()
            #expect(outcome.exit == (end == "kill" ? .signal(SIGKILL) : .status(143)), "\(outcome.errors)")
            try await scene.runOnce()
            let account = scene.simulator.account()
            #expect(account.throttled == 1 && account.violations == 0)
            try await scene.expectTablesEqualTruth()
        }
    }
}
