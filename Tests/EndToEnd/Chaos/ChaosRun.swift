import Failpoints
import Foundation
import Messaging
import Model
import TestSupport
import Testing
import ZendeskSimulator

/// The mock broker ended by itself, which no Kafka does and nothing of ours has part in.
struct MockBrokerEnded: Error, CustomStringConvertible {
    let description: String
}

/// One run of the programs against all that can go wrong, driven by one seed.
final class ChaosRun {
    let stage: ChaosStage
    var random: SplitMix64
    var account = ChaosAccount()
    private(set) var services: [ChaosService] = []
    /// What is undone later.
    private var due: [(at: ContinuousClock.Instant, undo: () async throws -> Void)] = []
    var busy: Set<ChaosDeed> = []
    private var isPaused = false
    /// Messages of no connection that were published.
    private(set) var foreign = 0
    /// Tickets that are deleted some day; of those in `stale`, what they are now is not kept yet.
    private var doomed: [Int64]
    private var stale: Set<Int64>
    var missed = MissedAnswers()
    /// By how much the account's clock was put forward, and when.
    private var steps: [(at: ContinuousClock.Instant, by: Duration)] = []

    var scene: Scene { stage.scene }

    init(_ stage: ChaosStage, seed: UInt64) {
        self.stage = stage
        random = SplitMix64(seed: seed)
        // The first is the account's own.
        doomed = (2...Int64(stage.size.tickets)).shuffled(using: &random).suffix(stage.size.tickets / 10)
        stale = Set(doomed)
    }

    /// What was done, for people.
    var text: String {
        let never = Set(services.flatMap(\.points).map(\.rawValue)).subtracting(account.kills.keys).sorted()
        return account.text + (never.isEmpty ? "" : "\n  killed nothing at: \(never.joined(separator: ", "))")
    }

    /// Only changes and commands, for so long: what processes use then has to stay the same.
    func playQuietly(for length: Duration) async throws {
        services = try stage.services()
        let end = ContinuousClock.now + length
        while ContinuousClock.now < end {
            try await change()
            try await stage.ask(.run, nil, number: random.next())
            for service in services { service.look() }
            // Who reads has the time to come to its end.
            try await Task.sleep(for: .seconds(1))
        }
        for service in services { account.noteUse(try await service.finish(), service.role, isQuiet: true) }
    }

    /// Does one thing after another for so long, and then puts everything right.
    func play(for length: Duration) async throws {
        services = try stage.services()
        let end = ContinuousClock.now + length
        var next = ContinuousClock.now + .seconds(1)
        var looked = ContinuousClock.now
        var told = ContinuousClock.now
        while ContinuousClock.now < end {
            try await revive()
            try await undo(before: .now)
            if ContinuousClock.now >= next {
                try await act()
                next = .now + .milliseconds(Int.random(in: stage.size.pause, using: &random))
            }
            if let end = scene.broker?.end { throw MockBrokerEnded(description: "the mock broker ended: \(end)") }
            if ContinuousClock.now - looked > .seconds(1) {
                for service in services { service.look() }
                looked = .now
            }
            if ContinuousClock.now - told > .seconds(60) {
                tellProgress(end - .now)
                told = .now
            }
            // The pace of the run.
            try await Task.sleep(for: .milliseconds(20))
        }
        try await undo(before: end + .seconds(3600))
        scene.simulator.clearFaults()
        for (name, link) in stage.links { account.fault("answer to COMMIT lost by \(name)", link.lostAnswers) }
        for service in services {
            let last = try await service.finish()
            account.note(last, service.role)
            if last.exit != .status(143), last.exit != .signal(SIGTERM), last.failpoints.isEmpty {
                account.finding(
                    "\(service.role) was asked to end and ended with \(last.exit): \(last.errors.suffix(800))"
                )
            }
        }
    }

    private func tellProgress(_ left: Duration) {
        // Now and then there is no database to ask.
        let sql = "SELECT sum(events) FROM \(scene.database.name("_deskpipe_loads"))"
        let loaded = busy.contains(.database) ? nil : try? scene.database.count(sql)
        let events = loaded.map { ", \($0) events loaded" } ?? ""
        print("  \(left.components.seconds) s left: \(account.killCount) kills\(events)")
        fflush(nil)
    }

    private func revive() async throws {
        for service in services where service.program.hasEnded {
            noteLoss(of: service, at: service.program.endedAt ?? .now)
            account.note(try await service.restart(&random, deaths: account.kills), service.role)
        }
    }

    func noteLoss(of service: ChaosService, at moment: ContinuousClock.Instant) {
        if service.role != "loader" { missed.noteLoss(at: time(at: moment)) }
    }

    /// What the account's clock said at some moment; it may have been put forward since.
    private func time(at moment: ContinuousClock.Instant) -> Timestamp {
        let later = steps.filter { $0.at > moment }.reduce(ContinuousClock.now - moment) { $0 + $1.by }
        return scene.clock.now() - later
    }

    private func undo(before time: ContinuousClock.Instant) async throws {
        let past = due.filter { $0.at <= time }
        due.removeAll { $0.at <= time }
        for (_, undo) in past { try await undo() }
    }

    private func act() async throws {
        let deeds = ChaosDeed.allCases.filter { stage.can($0) && !busy.contains($0) }
        var ticket = Int.random(in: 0..<deeds.reduce(0) { $0 + $1.weight }, using: &random)
        guard
            let deed = deeds.first(where: { deed in
                ticket -= deed.weight
                return ticket < 0
            })
        else { return }
        switch deed {
        case .change: try await change()
        // A broker that is away takes no command.
        case .command: if !busy.contains(.broker) { try await command() }
        case .kill:
            // Who has just begun has nothing to lose yet, and a group takes its time to share anew.
            let age = Duration.milliseconds(Int.random(in: 0...(stage.isKafka ? 40_000 : 2000), using: &random))
            services.filter { $0.age > age }.randomElement(using: &random)?.kill()
        case .freeze: freeze()
        case .weather: changeWeather()
        case .cut:
            guard let (name, link) = stage.links.randomElement(using: &random), stage.mayCut(name) else { return }
            account.fault("connections to \(name) cut")
            let now = scene.clock.now()
            if name == ChaosStage.zendesk { missed.noteCut(now...now) }
            link.cut()
        case .zendesk: spoil()
        case .database: try disturbDatabase()
        case .broker: try await restartBroker()
        case .disk: try fillDisk()
        case .commit: loseCommits()
        case .foreign: if !busy.contains(.broker) { try await publishForeign() }
        case .clock:
            account.fault("clock step")
            let step = Duration.seconds(Int.random(in: 60...7200, using: &random))
            steps.append((.now, step))
            scene.clock.advance(by: step)
        }
    }

    /// Undoes it after a random time; until then the same is not done again.
    func later(
        _ deed: ChaosDeed,
        within milliseconds: ClosedRange<Int>,
        _ undo: @escaping () async throws -> Void
    ) {
        busy.insert(deed)
        let pause = Duration.milliseconds(Int.random(in: milliseconds, using: &random))
        due.append(
            (
                .now + pause,
                {
                    self.busy.remove(deed)
                    try await undo()
                }
            )
        )
    }

    // MARK: The account

    private func change() async throws {
        // Any version may have been read before the next one.
        try await scene.truth.remember(tickets: stale)
        let size = stage.size
        var change = WorldChange(seed: random.next())
        change.updated = [
            .tickets: size.changedTickets(&random), .users: Int.random(in: 0...size.changedUsers, using: &random),
            .organizations: Int.random(in: 0...size.changedOrganizations, using: &random),
            .groups: Int.random(in: 0...1, using: &random),
        ]
        if Int.random(in: 0..<4, using: &random) == 0 {
            change.added = [.tickets: Int.random(in: 1...3, using: &random), .users: 1]
            if let ticket = doomed.popLast() { change.deletedTickets = [ticket] }
        }
        let summary = try await scene.change(change)
        let added = summary.added[.tickets] ?? []
        doomed += added
        stale = Set((summary.updated[.tickets] ?? []) + added).intersection(doomed)
        if stage.hasLists {
            var lists = ListChange(seed: random.next())
            lists.updated = ["macros": 2, "tags": 2]
            lists.added = ["macros": 1, "tags": 1]
            lists.deleted = ["macros": 1, "tags": 1]
            scene.change(lists)
        }
        account.fault("changes of the account")
        account.fault("tickets changed", summary.updated[.tickets]?.count ?? 0)
    }

    private func publishForeign() async throws {
        do {
            try await stage.publishForeign(number: random.next())
            foreign += 1
            account.fault("message of no connection")
        } catch is MessagingError {
            account.fault("message of no connection not taken")
        }
    }

    private func command() async throws {
        var kind = Command.Kind.run
        var stream: StreamName?
        switch Int.random(in: 0..<20, using: &random) {
        case 0: kind = .stop
        case 1:
            kind = isPaused ? .resume : .pause
            isPaused.toggle()
        case 2:
            kind = .reset
            stream = ["users", "groups", "organizations"].randomElement(using: &random)
        default: break
        }
        do {
            try await stage.ask(kind, stream, number: random.next())
            account.fault("command \(kind.rawValue)")
        } catch is MessagingError {
            account.fault("command not taken")
        }
    }

    /// One of Zendesk's faults, for a request or three.
    private func spoil() {
        let paths = [
            "/api/v2/incremental/tickets", "/api/v2/incremental/users", "/api/v2/incremental/organizations",
            "/api/v2/groups", "/oauth/tokens", "/api/v2",
        ]
        let path = paths.randomElement(using: &random) ?? "/api/v2"
        let seconds = Int.random(in: 1...3, using: &random)
        if Int.random(in: 0..<10, using: &random) == 0 {
            account.fault("Zendesk ends all tokens")
            return scene.simulator.revokeTokens()
        }
        guard let (name, effect) = Fault.Effect.ofZendesk(seconds: seconds).randomElement(using: &random) else {
            return
        }
        scene.simulator.inject(Fault(path, effect, count: Int.random(in: 1...3, using: &random)))
        account.fault("Zendesk \(name)")
    }
}
