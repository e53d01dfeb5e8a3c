import Extractor
import Model

/// One extractor process: which connections it has, which of them run, and what it knows of their budgets.
struct SimulatedExtractor {
    private(set) var roster = Roster(concurrency: 2, turn: .seconds(300))
    private(set) var runs: [ConnectionKey: SimulatedRun] = [:]
    private var budgets: [ConnectionKey: RateBudget] = [:]
    /// As the group told it last.
    private(set) var owned: Set<Int32> = []
    private var polls = 0
    /// Does nothing, and hears nothing, until it is thawed.
    var isFrozen = false
    /// It was frozen, and has not heard the group since: it begins nothing.
    var isUncertain = false

    /// The group says which partitions are its own.
    mutating func hear(_ partitions: Set<Int32>, _ world: inout World) throws {
        polls += 3
        isUncertain = false
        let lost = owned.subtracting(partitions)
        for key in roster.lose(lost) { runs[key]?.ending = .handedOver }
        let gained = partitions.subtracting(owned)
        owned = partitions
        for definition in world.definitions where gained.contains(World.partition(of: definition.key)) {
            let state = try world.saved(definition.key).state ?? ConnectionState()
            let partition = World.partition(of: definition.key)
            if let ending = roster.define(definition, partition: partition, state: state, at: world.now) {
                throw Violation("\(definition.key): a run ends as \(ending) where it is taken up")
            }
        }
    }

    /// A person asks for a run.
    mutating func ask(_ key: ConnectionKey, _ world: World) {
        guard owned.contains(World.partition(of: key)) else { return }
        roster.ask(key, by: "asked", at: world.now)
    }

    mutating func step(_ world: inout World) throws {
        guard !isFrozen else { return }
        polls += 1
        let mayStart = { [owned, isUncertain] (partition: Int32) in !isUncertain && owned.contains(partition) }
        while let order = roster.order(at: world.now, polls: polls, mayStart: mayStart) {
            let key = order.definition.key
            try demand(runs[key] == nil, "\(key): a run begins while another is under way")
            runs[key] = try SimulatedRun(order, &world)
        }
        for key in roster.yielding(at: world.now) { runs[key]?.ending = .yields }
        try demand(Set(runs.keys) == Set(runs.keys.filter(roster.isRunning)), "a run that the roster does not know")
        guard let key = runs.keys.sorted().randomElement(using: &world.random), var run = runs[key] else { return }
        var budget = budgets[key] ?? RateBudget()
        let outcome = try run.step(&world, &budget)
        budgets[key] = budget
        runs[key] = run
        switch outcome {
        case .goesOn: break
        case .ended: end(key, run.state, nil, world)
        case .failed(let error): end(key, nil, error, world)
        }
    }

    private mutating func end(_ key: ConnectionKey, _ state: ConnectionState?, _ error: ExtractorError?, _ world: World)
    {
        runs[key] = nil
        roster.ended(key, state: state, error: error, at: world.now, polls: polls)
    }
}
