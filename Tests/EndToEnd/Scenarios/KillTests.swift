import Foundation
import Model
import TestSupport
import Testing
import ZendeskSimulator

/// `kill -9` at random moments, with changes in the account between. Each combination is killed twenty times while it
/// works, more with `DESKPIPE_TEST_SCALE`; `DESKPIPE_TEST_SEED` repeats the moments of an earlier run.
@Suite("Killed at any moment")
struct KillTests {
    @Test("one process on the embedded log leaves the account's records", arguments: Setting.on(.embedded))
    func oneProcess(setting: Setting) async throws {
        try await play(setting, tickets: 900) { scene, round in
            var storm = Self.storm
            storm.seed = UInt64(round) &* 7919 &+ 1
            try await scene.change(storm)
            return [try scene.start("run", "--once")]
        }
    }

    @Test("two processes over Kafka leave the account's records", arguments: Setting.on(.kafka))
    func twoProcessesOverKafka(setting: Setting) async throws {
        // The mock keeps a few megabytes of a topic only.
        let isMock = Setting.kafkaServers == nil
        try await play(setting, tickets: isMock ? 400 : 900) { scene, round in
            var storm = isMock ? Self.breeze : Self.storm
            storm.seed = UInt64(round) &* 7919 &+ 1
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
        _ start: @escaping (Scene, Int) async throws -> [Program]
    ) async throws {
        try await withScene(setting, SceneOptions(tickets: tickets, rows: 200, bytes: "256KiB")) { scene in
            var killer = Killer(scene, kills: 20 * Setting.scale)
            scene.simulator.inject(Fault("/api/v2", .delay(.milliseconds(120))))
            while try await killer.strikes(start) {}
            scene.simulator.clearFaults()
            try await scene.runOnce()
            print("\(setting.testDescription), seed \(killer.seed): \(killer.account)")
            try await scene.expectTablesEqualTruth("seed \(killer.seed): \(killer.account)")
            let reports = try await scene.loadingReports()
            #expect(reports.allSatisfy { $0.status == .failed || $0.isBalanced })
        }
    }
}

/// Starts programs, kills them at a random moment, and keeps account of what they were doing.
private struct Killer {
    /// What a kill met.
    enum Phase: String, CaseIterable {
        case starting = "before the first request"
        case extracting = "extracting, nothing loaded yet"
        case both = "extracting and loading"
        case loading = "loading, all extracted"
        case late = "nothing: all had ended"
    }

    let seed: UInt64
    private let scene: Scene
    private let kills: Int
    private var random: SplitMix64
    private var phases: [Phase: Int] = [:]
    private var victims: [String: Int] = [:]
    private var round = 0
    /// Extractions that came to their end so far.
    private var finished = 0
    /// How long a round takes that nobody disturbs, as far as is known.
    private var length = Duration.seconds(3)

    init(_ scene: Scene, kills: Int) {
        let given = ProcessInfo.processInfo.environment["DESKPIPE_TEST_SEED"].flatMap { UInt64($0) }
        seed = given ?? UInt64.random(in: 0..<1_000_000)
        random = SplitMix64(seed: seed)
        self.scene = scene
        self.kills = kills
    }

    private var struck: Int { phases.reduce(0) { $1.key == .late ? $0 : $0 + $1.value } }

    /// How often each phase was met, and each program.
    var account: String {
        let met = Phase.allCases.map { "\($0.rawValue) \(phases[$0] ?? 0)" }
        let killed = victims.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return "\(struck) kills in \(round) rounds; \(met.joined(separator: ", ")); \(killed.joined(separator: ", "))"
    }

    /// Plays a round.
    /// - Returns: False when it was the last one.
    mutating func strikes(_ start: (Scene, Int) async throws -> [Program]) async throws -> Bool {
        round += 1
        try #require(round <= 4 * kills, "the programs end before they can be killed: \(account)")
        let loads = try scene.database.loads()
        scene.simulator.clearAccount()
        let begin = ContinuousClock.now
        let programs = try await start(scene, round)
        // A moment that no condition names is the point here.
        try await Task.sleep(for: length * Double.random(in: 0...1, using: &random))
        let alive = programs.filter { !$0.hasEnded }
        // One of two lives on in every other round.
        let takesOne = alive.count > 1 && Bool.random(using: &random)
        let victims = takesOne ? [alive[Int.random(in: 0...1, using: &random)]] : alive
        for victim in victims { victim.send(SIGKILL) }
        for program in programs { try await program.outcome() }
        let time = ContinuousClock.now - begin
        length = victims.isEmpty ? min(length, time) : max(length, victims.count < alive.count ? time * 0.5 : .zero)
        for victim in victims {
            self.victims[victim.name.split(separator: " ").dropFirst().first.map(String.init) ?? "", default: 0] += 1
        }
        let hasLoaded = try scene.database.loads() > loads
        let extractions = try await extractions()
        let isExtracted = extractions > finished
        finished = extractions
        let phase: Phase
        if victims.isEmpty {
            phase = .late
        } else if scene.simulator.account().total == 0 {
            phase = .starting
        } else if isExtracted {
            phase = .loading
        } else {
            phase = hasLoaded ? .both : .extracting
        }
        phases[phase, default: 0] += 1
        return struck < kills
    }

    /// How many extractions have come to their end.
    private func extractions() async throws -> Int {
        let outcome = try await scene.deskpipe("reports", "extraction", "-o", "json", "--limit", "100000")
        guard outcome.exit == .status(0) else { return 0 }
        return try JSONDecoder().decode([ExtractionReport].self, from: Data(outcome.output.utf8)).count
    }
}
