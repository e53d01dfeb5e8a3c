import Foundation
import Testing
import ZendeskSimulator

@Suite("Asked to stop")
struct SignalTests {
    @Test("SIGTERM ends a run in 30 s with 143, and the next completes it", arguments: Setting.on(.embedded))
    func run(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 2500, rows: 200)) { scene in
            // The first page of tickets comes at once, the second late.
            scene.simulator.inject(
                Fault("/api/v2/incremental/tickets", .delay(.seconds(600)), skip: 1, count: 1)
            )
            let program = try scene.start("run", "--once")
            let hasLoaded = try await eventually { try scene.database.loads() > 0 || program.hasEnded }
            try #require(hasLoaded)
            let asked = ContinuousClock.now
            program.send(SIGTERM)
            let outcome = try await program.outcome()
            #expect(outcome.exit == .status(143), "\(outcome.errors)")
            #expect(try #require(program.endedAt) - asked < .seconds(30))
            let tables = try scene.tables()
            let contradictions = try await scene.truth.contradictions(in: tables)
            #expect(contradictions.isEmpty, "\(contradictions.joined(separator: "\n"))")
            #expect(tables.count("tickets") < 2500)
            scene.simulator.clearFaults()
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth()
        }
    }

    @Test("SIGTERM ends an extractor and a loader over Kafka too", arguments: Setting.on(.kafka).prefix(1))
    func twoProcessesOverKafka(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 400)) { scene in
            scene.simulator.inject(Fault("/api/v2/incremental/users", .delay(.seconds(600)), count: 1))
            try await scene.deskpipe("apply")
            let extractor = try scene.start("extractor", "--once")
            let loader = try scene.start("loader")
            let hasLoaded = try await eventually {
                try scene.database.loads() > 0 || extractor.hasEnded || loader.hasEnded
            }
            try #require(hasLoaded)
            for program in [extractor, loader] {
                let asked = ContinuousClock.now
                program.send(SIGTERM)
                let outcome = try await program.outcome()
                #expect(outcome.exit == .status(143), "\(program.name): \(outcome.errors)")
                #expect(try #require(program.endedAt) - asked < .seconds(30))
            }
            scene.simulator.clearFaults()
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth()
        }
    }
}
