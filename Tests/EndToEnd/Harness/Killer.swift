import Foundation
import Model
import TestSupport
import Testing
import ZendeskSimulator

/// Starts programs, kills one or all of them at a random moment, and keeps account of what they were doing.
struct Killer {
    /// What a kill met.
    enum Phase: String, CaseIterable {
        case starting = "before the first request"
        case extracting = "extracting, nothing loaded yet"
        case both = "extracting and loading"
        case waiting = "all extracted, nothing loaded yet"
        case loading = "all extracted, loading"
        case late = "nothing, all had ended"
    }

    let seed: UInt64
    private let scene: Scene
    private let kills: Int
    private var random: SplitMix64
    private var phases: [Phase: Int] = [:]
    private var victims: [String: Int] = [:]
    private var round = 0
    /// Requests that came before the end of a wait, or asked for too large or too deep a page.
    private(set) var oversteps = 0
    /// Extractions that came to their end so far.
    private var finished = 0
    /// How long each command takes that nobody disturbs, as far as is known.
    private var lengths: [String: Duration] = [:]

    /// - Parameter kills: How many programs at work to meet.
    init(_ scene: Scene, kills: Int) {
        let given = ProcessInfo.processInfo.environment["DESKPIPE_TEST_SEED"].flatMap { UInt64($0) }
        seed = given ?? UInt64.random(in: 0..<1_000_000)
        random = SplitMix64(seed: seed)
        self.scene = scene
        self.kills = kills
    }

    /// How often each phase was met, and each command.
    var account: String {
        let met = Phase.allCases.map { "\($0.rawValue) \(phases[$0] ?? 0)" }
        let killed = victims.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return "\(struck) kills in \(round) rounds; \(met.joined(separator: "; ")); \(killed.joined(separator: ", "))"
    }

    private var struck: Int { phases.reduce(0) { $1.key == .late ? $0 : $0 + $1.value } }

    /// Plays a round.
    /// - Parameter start: Starts what is to be killed; told the round, from 1.
    /// - Returns: False when it was the last one.
    mutating func strikes(_ start: (_ round: Int) async throws -> [Program]) async throws -> Bool {
        round += 1
        try #require(round <= 4 * kills, "the programs end before they can be killed: \(account)")
        let loads = try scene.loads()
        scene.simulator.clearAccount()
        let programs = try await start(round)
        let target = programs[Int.random(in: 0..<programs.count, using: &random)]
        try await waitForMoment(of: target, loads: loads)
        if let end = target.endedAt { lengths[target.command] = (end - target.startedAt) * 0.9 }
        let takesAll = Bool.random(using: &random)
        let victims = (takesAll ? programs : [target]).filter { !$0.hasEnded }
        for victim in victims { victim.send(SIGKILL) }
        for victim in victims { self.victims[victim.command, default: 0] += 1 }
        for program in programs { try await program.outcome() }
        try await note(victims.isEmpty, loads: loads)
        return struck < kills
    }

    /// Waits for a moment that no condition names; for half of the rounds one in which the database is loaded.
    private mutating func waitForMoment(of target: Program, loads: Int) async throws {
        let isLoader = target.command != "extractor"
        if isLoader, Bool.random(using: &random) {
            let wanted = loads + Int.random(in: 1...4, using: &random)
            let scene = scene
            _ = try await eventually { try target.hasEnded || scene.loads() >= wanted }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...200, using: &random)))
        } else {
            let length = lengths[target.command] ?? .seconds(3)
            try await Task.sleep(for: length * Double.random(in: 0...1, using: &random))
        }
    }

    private mutating func note(_ isLate: Bool, loads: Int) async throws {
        let hasLoaded = try scene.loads() > loads
        let extractions = try await extractions()
        let isExtracted = extractions > finished
        finished = extractions
        let account = scene.simulator.account()
        oversteps += account.violations + account.oversized + account.tooDeep
        let phase: Phase
        if isLate {
            phase = .late
        } else if account.total == 0 {
            phase = .starting
        } else if isExtracted {
            phase = hasLoaded ? .loading : .waiting
        } else {
            phase = hasLoaded ? .both : .extracting
        }
        phases[phase, default: 0] += 1
    }

    /// How many extractions have come to their end.
    private func extractions() async throws -> Int {
        let outcome = try await scene.deskpipe("reports", "extraction", "-o", "json", "--limit", "100000")
        guard outcome.exit == .status(0) else { return 0 }
        return try JSONDecoder().decode([ExtractionReport].self, from: Data(outcome.output.utf8)).count
    }
}
