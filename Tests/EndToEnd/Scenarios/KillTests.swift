import Model
import Testing
import ZendeskSimulator

/// `kill -9` at random moments, with changes in the account between. Each combination is killed twenty times while it
/// works, more with `DESKPIPE_TEST_SCALE`; `DESKPIPE_TEST_SEED` repeats the moments of an earlier run.
@Suite("Killed at any moment")
struct KillTests {
    @Test("one process on the embedded log leaves the account's records", arguments: Setting.on(.embedded))
    func oneProcess(setting: Setting) async throws {
        try await play(setting, tickets: 900, kills: 20) { scene, round in
            var storm = Self.storm
            storm.seed = UInt64(round)
            try await scene.change(storm)
            return [try scene.start("run", "--once")]
        }
    }

    @Test("one process leaves the account's records as files")
    func oneProcessIntoFiles() async throws {
        try await play(.files, tickets: 400, kills: 5) { scene, round in
            var storm = Self.storm
            storm.seed = UInt64(round)
            try await scene.change(storm)
            return [try scene.start("run", "--once")]
        }
    }

    /// In three parts at a time: after each killed loader the group waits ten seconds for its return.
    @Test("two processes over Kafka leave the account's records", arguments: Setting.on(.kafka), 1...3)
    func twoProcessesOverKafka(setting: Setting, part: Int) async throws {
        // The mock keeps a few megabytes of a topic only.
        let isMock = Setting.kafkaServers == nil
        try await play(setting, tickets: isMock ? 400 : 900, kills: 7) { scene, round in
            var storm = isMock ? Self.breeze : Self.storm
            storm.seed = UInt64(round * 10 + part)
            try await scene.change(storm)
            if round == 1 { try await scene.deskpipe("apply") }
            return [try scene.start("extractor", "--once"), try scene.start("loader", "--until-idle")]
        }
    }

    private static let storm = WorldChange(
        updated: [.tickets: 400, .users: 90, .organizations: 15, .groups: 2],
        deleted: [.tickets: 3, .users: 1],
        added: [.tickets: 20, .users: 3, .organizations: 1]
    )

    private static let breeze = WorldChange(
        updated: [.tickets: 50, .users: 15, .organizations: 5, .groups: 1],
        deleted: [.tickets: 1],
        added: [.tickets: 4, .users: 1]
    )

    private func play(
        _ setting: Setting,
        tickets: Int,
        kills: Int,
        _ start: @escaping (Scene, Int) async throws -> [Program]
    ) async throws {
        try await withScene(setting, SceneOptions(tickets: tickets, rows: 200, bytes: "256KiB")) { scene in
            var killer = Killer(scene, kills: kills * Setting.scale)
            // The tickets come last, while the others are loaded already.
            scene.simulator.inject(Fault("/api/v2/incremental/tickets", .delay(.milliseconds(900))))
            scene.simulator.inject(Fault("/api/v2", .delay(.milliseconds(120))))
            while try await killer.strikes({ try await start(scene, $0) }) {}
            scene.simulator.clearFaults()
            try await scene.runOnce()
            print("\(setting.testDescription), seed \(killer.seed): \(killer.account)")
            try await scene.expectTablesEqualTruth("seed \(killer.seed): \(killer.account)")
            let reports = try await scene.loadingReports()
            #expect(reports.allSatisfy { $0.status == .failed || $0.isBalanced })
        }
    }
}
