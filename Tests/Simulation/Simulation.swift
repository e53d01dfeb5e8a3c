import Extractor
import Loader
import Messaging
import Model
import TestSupport

/// Two extractors and two loaders over one world, a step at a time. Everything follows from the seed.
struct Simulation {
    private(set) var world: World
    private var extractors = [SimulatedExtractor(), SimulatedExtractor()]
    private var loaders: [SimulatedLoader] = []
    private var shares: [Set<Int32>] = []
    private let settings: BatchSettings

    /// What was done, for the report.
    private(set) var counts: [String: Int] = [:]

    init(seed: UInt64) throws {
        var world = World(seed: seed)
        settings = BatchSettings(
            rows: Int.random(in: 3...40, using: &world.random),
            bytes: Int.random(in: 1500...20_000, using: &world.random),
            age: .seconds(Int64.random(in: 1...90, using: &world.random))
        )
        self.world = world
        loaders = [SimulatedLoader(settings), SimulatedLoader(settings)]
        try share()
    }

    /// Runs so many steps with faults, then everything to its end without, and checks what is left.
    mutating func run(steps: Int) throws {
        for _ in 0..<steps { try step() }
        try finish()
        try SimulationEnd(world).check()
    }

    private mutating func step() throws {
        switch Int.random(in: 0..<100, using: &world.random) {
        case 0..<40: try extractors[member()].step(&world)
        case 40..<64: try load(member())
        case 64..<76: world.changeSomething()
        case 76..<90: world.now = world.now + .milliseconds(Int64.random(in: 1...40_000, using: &world.random))
        case 90..<91: world.now = world.now + .seconds(Int64.random(in: 60...2000, using: &world.random))
        case 91..<93: try crashExtractor(member())
        case 93..<95: try crashLoader(member())
        case 95..<97: try share()
        case 97..<98: freeze()
        case 98..<99: try thaw()
        default: extractors[member()].ask(world.definitions[member()].key, world)
        }
    }

    private mutating func member() -> Int { Int.random(in: 0..<2, using: &world.random) }

    private mutating func count(_ what: String) { counts[what, default: 0] += 1 }

    /// The group shares the partitions out anew; who is frozen hears nothing of it.
    private mutating func share() throws {
        count("shares")
        shares = [[], []]
        let able = [0, 1].filter { !extractors[$0].isFrozen }
        for partition in 0..<SimulatedLog.partitionCount {
            shares[able.randomElement(using: &world.random) ?? 0].insert(partition)
        }
        for place in [0, 1] { try tell(place) }
    }

    private mutating func tell(_ place: Int) throws {
        if !extractors[place].isFrozen { try extractors[place].hear(shares[place], &world) }
        if !loaders[place].isFrozen { try loaders[place].hear(shares[place], world) }
    }

    private mutating func crashExtractor(_ place: Int) throws {
        count("extractors killed")
        extractors[place] = SimulatedExtractor()
        try extractors[place].hear(shares[place], &world)
    }

    private mutating func crashLoader(_ place: Int) throws {
        count("loaders killed")
        loaders[place] = SimulatedLoader(settings)
        try loaders[place].hear(shares[place], world)
    }

    private mutating func freeze() {
        let place = member()
        count("frozen")
        extractors[place].isFrozen = true
        loaders[place].isFrozen = true
    }

    /// A process comes back, and does not know yet what became of its partitions.
    private mutating func thaw() throws {
        for place in [0, 1] where extractors[place].isFrozen || loaders[place].isFrozen {
            extractors[place].isFrozen = false
            extractors[place].isUncertain = true
            loaders[place].isFrozen = false
            for _ in 0..<Int.random(in: 0...6, using: &world.random) {
                try extractors[place].step(&world)
                try load(place)
            }
            try tell(place)
        }
    }

    /// A loader's commits count only while the group knows it as the partitions' owner.
    private mutating func load(_ place: Int) throws {
        world.accepts = loaders[place].owned == shares[place]
        try loaders[place].step(&world)
    }

    /// No more faults: whatever was begun comes to its end, then one more run of each connection, and all is loaded.
    private mutating func finish() throws {
        world.hasFaults = false
        try thaw()
        shares = [Set(0..<SimulatedLog.partitionCount), []]
        for place in [0, 1] { try tell(place) }
        world.accepts = true
        for _ in 0..<2 {
            world.now = world.now + .seconds(SimulatedDesk.holdback + 400)
            for definition in world.definitions { extractors[0].ask(definition.key, world) }
            var steps = 0
            while !isQuiet {
                try extractors[0].step(&world)
                try extractors[1].step(&world)
                world.now = world.now + .seconds(1)
                steps += 1
                try demand(steps < 20_000, "runs do not come to an end")
            }
        }
        try loaders[0].drain(&world)
        for definition in world.definitions { world.relay(definition.key) }
    }

    private var isQuiet: Bool {
        extractors.allSatisfy(\.runs.isEmpty)
            && world.definitions.allSatisfy { extractors[0].roster.state(of: $0.key)?.askedRun == nil }
    }
}
