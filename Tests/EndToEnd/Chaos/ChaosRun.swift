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
    /// What can be done.
    enum Deed: CaseIterable {
        case change, command, kill, freeze, weather, cut, zendesk, database, broker, disk, clock

        /// How often beside the others.
        var weight: Int {
            switch self {
            case .change: 12
            case .command: 16
            case .kill: 9
            case .freeze: 5
            case .weather: 10
            case .cut: 5
            case .zendesk: 12
            case .database: 2
            case .broker: 2
            case .disk: 2
            case .clock: 2
            }
        }
    }

    let stage: ChaosStage
    private var random: SplitMix64
    private(set) var account = ChaosAccount()
    private var services: [ChaosService] = []
    /// What is undone later.
    private var due: [(at: ContinuousClock.Instant, undo: () async throws -> Void)] = []
    private var busy: Set<Deed> = []
    private var isPaused = false
    /// When those who extract died or froze, and when frozen ones went on, by the account's clock.
    private(set) var losses: [Timestamp] = []
    private(set) var returns: [Timestamp] = []

    private var scene: Scene { stage.scene }

    init(_ stage: ChaosStage, seed: UInt64) {
        self.stage = stage
        random = SplitMix64(seed: seed)
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
        while ContinuousClock.now < end {
            try await revive()
            try await undo(before: .now)
            if ContinuousClock.now >= next {
                try await act()
                next = .now + .milliseconds(Int.random(in: 50...500, using: &random))
            }
            if let end = scene.broker?.end { throw MockBrokerEnded(description: "the mock broker ended: \(end)") }
            if ContinuousClock.now - looked > .seconds(1) {
                for service in services { service.look() }
                looked = .now
            }
            // The pace of the run.
            try await Task.sleep(for: .milliseconds(20))
        }
        try await undo(before: end + .seconds(3600))
        scene.simulator.clearFaults()
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

    private func revive() async throws {
        for service in services where service.program.hasEnded {
            noteLoss(of: service)
            account.note(try await service.restart(&random), service.role)
        }
    }

    private func noteLoss(of service: ChaosService) {
        if service.role != "loader" { losses.append(scene.clock.now()) }
    }

    private func undo(before time: ContinuousClock.Instant) async throws {
        let past = due.filter { $0.at <= time }
        due.removeAll { $0.at <= time }
        for (_, undo) in past { try await undo() }
    }

    private func act() async throws {
        let deeds = Deed.allCases.filter { stage.can($0) && !busy.contains($0) }
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
            let age = Duration.milliseconds(Int.random(in: 0...(stage.isKafka ? 40_000 : 3000), using: &random))
            services.filter { $0.age > age }.randomElement(using: &random)?.kill()
        case .freeze: freeze()
        case .weather: changeWeather()
        case .cut:
            guard let (name, link) = stage.links.randomElement(using: &random), stage.mayCut(name) else { return }
            account.fault("connections to \(name) cut")
            link.cut()
        case .zendesk: spoil()
        case .database: try restartDatabase()
        case .broker: try await restartBroker()
        case .disk: try fillDisk()
        case .clock:
            account.fault("clock step")
            scene.clock.advance(by: .seconds(Int.random(in: 60...7200, using: &random)))
        }
    }

    /// Undoes it after a random time; until then the same is not done again.
    private func later(_ deed: Deed, within milliseconds: ClosedRange<Int>, _ undo: @escaping () async throws -> Void) {
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
        try await scene.truth.rememberTickets()
        var change = WorldChange(seed: random.next())
        change.updated = [
            .tickets: Int.random(in: 1...12, using: &random), .users: Int.random(in: 0...5, using: &random),
            .organizations: Int.random(in: 0...3, using: &random), .groups: Int.random(in: 0...1, using: &random),
        ]
        if Int.random(in: 0..<4, using: &random) == 0 {
            change.added = [.tickets: Int.random(in: 1...3, using: &random), .users: 1]
            change.deleted = [.tickets: 1]
        }
        try await scene.change(change)
        if stage.hasLists {
            var lists = ListChange(seed: random.next())
            lists.updated = ["macros": 2, "tags": 2]
            lists.added = ["macros": 1, "tags": 1]
            lists.deleted = ["macros": 1, "tags": 1]
            scene.change(lists)
        }
        account.fault("changes of the account")
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
        let effects: [(String, Fault.Effect)] = [
            // Not by date: the account's clock is another one than the programs'.
            ("429", .status(429, retryAfter: .seconds(seconds))),
            ("503", .status(503, body: .text, retryAfter: .seconds(1))), ("500", .status(500)),
            ("502", .status(502, body: .html)),
            ("504", .status(504, body: .empty)), ("401", .status(401)), ("reset", .reset()), ("truncated", .truncate()),
            ("bad JSON", .badJSON), ("slow", .delay(.milliseconds(seconds * 700))),
            ("dribble", .dribble(bytes: 400, pause: .milliseconds(10))), ("HTML by name", .contentType("text/html")),
        ]
        guard let (name, effect) = effects.randomElement(using: &random) else { return }
        scene.simulator.inject(Fault(path, effect, count: Int.random(in: 1...3, using: &random)))
        account.fault("Zendesk \(name)")
    }

    // MARK: Processes, links, servers

    private func freeze() {
        guard let service = services.filter({ !$0.isStopped }).randomElement(using: &random) else { return }
        account.fault("SIGSTOP of \(service.role)")
        service.freeze(true)
        noteLoss(of: service)
        let program = service.program
        let longest = stage.isKafka ? 15_000 : 3000
        later(.freeze, within: 200...longest) {
            guard service.program === program else { return }
            service.freeze(false)
            self.returns.append(self.scene.clock.now())
        }
    }

    private func changeWeather() {
        guard let (name, link) = stage.links.randomElement(using: &random) else { return }
        var weathers: [(String, FaultyLink.Weather)] = [
            ("latency", .latency(milliseconds: Int.random(in: 5...150, using: &random))),
            ("bandwidth", .bandwidth(bytesPerSecond: Int.random(in: 20_000...500_000, using: &random))),
            ("slices", .slices(bytes: Int.random(in: 7...300, using: &random))),
            ("black hole", .blackHole),
        ]
        if stage.mayCut(name) { weathers.append(("reset", .reset)) }
        guard let (kind, weather) = weathers.randomElement(using: &random) else { return }
        account.fault("\(kind) to \(name)")
        link.set(weather)
        later(.weather, within: 200...4000) { link.set(.fair) }
    }

    private func restartDatabase() throws {
        account.fault("database crash")
        try stage.server?.crash()
        later(.database, within: 0...2000) { [stage] in try stage.server?.start() }
    }

    private func restartBroker() async throws {
        account.fault("broker restart")
        try await stage.stopBroker()
        later(.broker, within: 200...4000) { [stage] in try await stage.startBroker() }
    }

    private func fillDisk() throws {
        guard let disk = stage.disk else { return }
        account.fault("disk full")
        try disk.fill()
        later(.disk, within: 500...4000) { disk.empty() }
    }
}
