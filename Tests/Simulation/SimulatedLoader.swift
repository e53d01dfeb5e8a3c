import Messaging
import Model

@testable import Loader

/// One loader process: what it has received, what of it is in open and sealed batches, and what it knows of the schemas.
struct SimulatedLoader {
    private struct Session {
        var builder: BatchBuilder
        var taken: PositionFilter
    }

    private var routing = EventRouting(namespace: World.namespace)
    private var accumulator: BatchAccumulator
    private var tracker = OffsetTracker()
    private var sessions: [ConnectionKey: Session] = [:]
    private var sealed: [OpenBatch] = []
    private let settings: BatchSettings
    private(set) var owned: Set<Int32> = []
    var isFrozen = false

    init(_ settings: BatchSettings) {
        self.settings = settings
        accumulator = BatchAccumulator(settings)
    }

    /// True where all is received, loaded and committed.
    func isIdle(_ world: World) -> Bool {
        accumulator.isEmpty && sealed.isEmpty
            && world.places(owned).allSatisfy { (tracker.next[$0] ?? 0) >= world.log.end(of: $0) }
    }

    /// The group gives these partitions, or gives them anew: what is in hand comes again.
    mutating func hear(_ partitions: Set<Int32>, _ world: World) throws {
        owned = partitions
        let inHand = inHand
        accumulator = BatchAccumulator(settings)
        sealed = []
        let starts = Dictionary(
            uniqueKeysWithValues: world.places(partitions).map { ($0, world.log.committed[$0] ?? 0) }
        )
        for (place, offset) in tracker.assign(starts, dropping: inHand) {
            try demand(offset <= starts[place] ?? 0, "\(place): a seek forwards")
        }
        sessions = [:]
        for definition in world.definitions where partitions.contains(World.partition(of: definition.key)) {
            open(definition.key, world)
        }
    }

    private mutating func open(_ key: ConnectionKey, _ world: World) {
        guard let destination = world.destinations[key] else { return }
        let builder = BatchBuilder(
            catalogue: [:],
            catalog: destination.catalog,
            filter: PositionFilter(Array(destination.positions.values))
        )
        sessions[key] = Session(builder: builder, taken: builder.filter)
    }

    mutating func step(_ world: inout World) throws {
        guard !isFrozen else { return }
        switch Int.random(in: 0..<4, using: &world.random) {
        case 0: try commit(&world)
        case 1 where !sealed.isEmpty: try load(&world)
        default: try receive(&world)
        }
        seal(accumulator.due(at: world.now))
        if sealed.count > 2 { try load(&world) }
    }

    /// Takes everything that there is and loads it.
    mutating func drain(_ world: inout World) throws {
        while !isIdle(world) {
            try receive(&world)
            seal(accumulator.sealAll())
            while !sealed.isEmpty { try load(&world) }
        }
        try commit(&world)
    }

    private mutating func receive(_ world: inout World) throws {
        let places = world.places(owned).filter { (tracker.next[$0] ?? 0) < world.log.end(of: $0) }
        guard let place = places.randomElement(using: &world.random) else { return }
        let count = Int.random(in: 1...12, using: &world.random)
        for delivery in world.log.read(place, from: tracker.next[place] ?? 0, atMost: count) {
            tracker.received(place, offset: delivery.offset)
            switch routing.route(delivery, among: world.registry) {
            case .event(let key, let event): try take(event, of: key, world)
            case .foreign(let reason): throw Violation("\(place): an event is foreign: \(reason)")
            default: throw Violation("\(place): an event is nobody's")
            }
        }
    }

    private mutating func take(_ event: BatchEvent, of key: ConnectionKey, _ world: World) throws {
        guard var session = sessions[key] else { throw Violation("\(key): an event of no session") }
        switch session.taken.verdict(on: event.topicPartition, offset: event.offset, sequence: event.sequence) {
        case .repeat:
            // As the loader does: what it declares holds on.
            if case .schema(let schema, let envelope) = event.content,
                envelope.sequence >= session.builder.declarations[event.stream]?.sequence ?? 0
            {
                session.builder.declarations[event.stream] = StreamDeclaration(
                    schema: schema,
                    sequence: envelope.sequence
                )
                sessions[key] = session
            }
            return
        case .otherLog: throw Violation("\(event.topicPartition): offset \(event.offset) is of another log")
        case .new: break
        }
        seal(accumulator.add(event, of: key, at: world.now))
        try demand(accumulator.rows < settings.rows, "\(accumulator.rows) rows are open")
        try demand(accumulator.bytes < settings.bytes, "\(accumulator.bytes) bytes are open")
    }

    private mutating func seal(_ batches: [OpenBatch]) {
        for batch in batches where !batch.events.isEmpty {
            for event in batch.events {
                let change = sessions[batch.connection]?.taken.change(
                    of: event.topicPartition,
                    lastOffset: event.offset,
                    maxSequence: event.sequence
                )
                if let change { sessions[batch.connection]?.taken.loaded(change.new) }
            }
            sealed.append(batch)
        }
    }

    /// Loads the oldest batch. What fails is read again from what the group has done and the schema holds.
    private mutating func load(_ world: inout World) throws {
        guard !sealed.isEmpty else { return }
        let batch = sealed.removeFirst()
        guard let session = sessions[batch.connection], let definition = world.registry[batch.connection] else {
            return
        }
        let plan = session.builder.plan(batch.events, at: world.now)
        try demand(plan.load.rejected.isEmpty, "a record is rejected: \(plan.load.rejected.first?.reason ?? "")")
        do {
            try world.apply(plan, of: definition)
            sessions[batch.connection]?.builder.takeOver(plan)
        } catch let error as DestinationError {
            sealed.insert(batch, at: 0)
            switch error {
            case .positionMoved, .unavailable: try hear(owned, world)
            default: throw error
            }
        }
    }

    private mutating func commit(_ world: inout World) throws {
        let offsets = tracker.committable(inHand: inHand)
        guard !offsets.isEmpty else { return }
        try world.commit(offsets)
        tracker.committed(offsets)
    }

    private var inHand: [TopicPartition: Int64] {
        var lowest = accumulator.firstOffsets
        for batch in sealed { lowest.merge(batch.firstOffsets, uniquingKeysWith: min) }
        return lowest
    }
}
