import Logging
import Messaging
import Model
import Synchronization

/// Sealed batches: each connection's in order, two at a time, those of several connections side by side.
extension LoaderRun {
    /// How long all wait for one connection's destination.
    private static let longestWait = Duration.seconds(5)
    /// Batches of one connection that may be sealed and not loaded: one is applied, one staged, one waits.
    private static let depth = 3

    /// Takes over batches that are full, and waits until there is room for what comes after them. What fails sets its
    /// connection aside or sends its partitions back; nothing is thrown but for cancellation.
    func load(_ batches: [OpenBatch]) async throws {
        for batch in batches where !batch.events.isEmpty {
            guard lanes[batch.connection]?.session != nil else {
                // Set aside since the batch was opened.
                passOver([batch], of: batch.connection)
                continue
            }
            lanes[batch.connection]?.take(batch)
            add([batch], of: batch.connection)
        }
        try await proceed()
        var waitsSince = ContinuousClock.now
        while isFull {
            try await jobs.wait(atMost: Self.longestWait)
            try await proceed()
            guard ContinuousClock.now - waitsSince > Self.longestWait else { continue }
            pauseSlowest()
            waitsSince = .now
        }
    }

    /// Loads everything that is open, and waits for it.
    func loadAll() async throws {
        try await load(accumulator.sealAll())
        try await drain()
    }

    /// Waits until no batch is on its way.
    func drain() async throws {
        try await proceed()
        while !sealed.isEmpty || !relaying.isEmpty {
            try await jobs.wait()
            try await proceed()
        }
    }

    /// Goes on with what jobs have come to, and starts what can be.
    func proceed() async throws {
        for outcome in jobs.outcomes() { note(outcome) }
        try await takeRelayFailures()
        try await takeOpened()
        start()
        while let key = sealed.keys.sorted().first(where: isDecided) {
            try await conclude(key)
            start()
        }
    }

    /// The lowest offset of each partition that was received and is not loaded.
    var inHand: [TopicPartition: Int64] {
        var lowest = accumulator.firstOffsets
        for batch in sealed.values.joined() { lowest.merge(batch.batch.firstOffsets, uniquingKeysWith: min) }
        return lowest
    }

    /// Waits until nothing of a connection is on its way.
    func drain(_ key: ConnectionKey) async throws {
        if let open = accumulator.remove(key) {
            lanes[key]?.take(open)
            add([open], of: key)
        }
        try await proceed()
        while sealed[key] != nil || relaying.contains(key) {
            try await jobs.wait()
            try await proceed()
        }
    }

    /// Queues batches behind those that are on their way.
    func add(_ batches: [OpenBatch], of key: ConnectionKey) {
        for batch in batches where !batch.events.isEmpty {
            lastNumber += 1
            sealed[key, default: []].append(SealedBatch(number: lastNumber, batch: batch, phase: .waiting))
        }
    }

    private var weight: Int { sealed.values.joined().reduce(0) { $0 + $1.weight } }

    /// True while nothing more may be received.
    private var isFull: Bool {
        sealed.values.contains { $0.count >= Self.depth }
            || weight > service.settings.inFlightBytes
            || sealed.values.joined().reduce(0) { $0 + $1.batch.events.count } > 2 * service.settings.rows
    }

    private func note(_ outcome: JobOutcome) {
        switch outcome {
        case .staged(let key, let number, let load, let staged, let took):
            set(.staged(load, staged, took: took), of: number, key)
        case .notStaged(let key, let number, let error): set(.notStaged(error), of: number, key)
        case .applied(let key, let number, let result):
            switch result {
            case .success(let loaded): set(.loaded(loaded), of: number, key)
            case .failure(let error): set(.failed(error), of: number, key)
            }
        case .relayed(let key, let error): relayed(key, error)
        case .opened(let key, let number, let result): opened.append((key, number, result))
        case .read(let partition, let number, let reader, let result): noteRead(partition, number, reader, result)
        case .closed: break
        }
    }

    private func set(_ phase: SealedBatch.Phase, of number: Int, _ key: ConnectionKey) {
        guard let place = sealed[key]?.firstIndex(where: { $0.number == number }) else { return }
        sealed[key]?[place].phase = phase
    }

    /// True when the first batch of a connection has come to an end, and where that is a failure, nothing else of it is
    /// at work any more.
    private func isDecided(_ key: ConnectionKey) -> Bool {
        guard let batches = sealed[key], let first = batches.first else { return false }
        switch first.phase {
        case .loaded: return true
        case .failed: return !batches.contains(where: \.isAtWork) && !relaying.contains(key)
        case .waiting, .staging, .staged, .notStaged, .applying: return false
        }
    }

    /// Takes over what came of a connection's first batch.
    private func conclude(_ key: ConnectionKey) async throws {
        guard let first = sealed[key]?.first else { return }
        switch first.phase {
        case .loaded(let loaded):
            sealed[key]?.removeFirst()
            if sealed[key]?.isEmpty == true { sealed[key] = nil }
            finished(loaded.plan, key, loaded.reports)
        case .failed(let error):
            let batches = sealed.removeValue(forKey: key) ?? []
            for batch in batches {
                if case .staged(let load, let staged, _) = batch.phase { await load.discard(staged) }
            }
            try await failed(batches.map(\.batch), of: key, error)
        case .waiting, .staging, .staged, .notStaged, .applying: break
        }
    }
}

/// Starting jobs.
extension LoaderRun {
    /// Starts what can be, the oldest batches first.
    private func start() {
        let keys = sealed.sorted { ($0.value.first?.number ?? 0) < ($1.value.first?.number ?? 0) }.map(\.key)
        for key in keys { start(key) }
    }

    private func start(_ key: ConnectionKey) {
        guard let lane = lanes[key], let session = lane.session, let first = sealed[key]?.first else { return }
        switch first.phase {
        case .waiting:
            stage(first, of: key, session.schema, session.builder)
        case .staged(let load, let staged, let took):
            set(.applying(staged.plan, holdsRows: staged.holdsRows), of: first.number, key)
            apply(first, of: key, lane.definition, startedAt: now - took) { (load, staged) }
            stageSecond(of: key, session)
        case .notStaged:
            // Why, and which of its records are at fault, is found out now that nothing is before it.
            set(.applying(nil, holdsRows: true), of: first.number, key)
            let (events, time) = (first.batch.events, now)
            apply(first, of: key, lane.definition, startedAt: time) {
                (try await Self.load(of: events, into: session.schema, session.builder, at: time), nil)
            }
        case .applying: stageSecond(of: key, session)
        case .staging, .loaded, .failed: break
        }
    }

    /// Stages a connection's second batch while the first is applied, unless it has to know how that ends.
    private func stageSecond(of key: ConnectionKey, _ session: Lane.Session) {
        guard let batches = sealed[key], batches.count > 1, batches[1].isWaiting,
            case .applying(let plan?, _) = batches[0].phase, !plan.load.changesSchema,
            session.builder.resets(in: batches[1].batch.events).isEmpty
        else { return }
        var builder = session.builder
        builder.takeOver(plan)
        stage(batches[1], of: key, session.schema, builder)
    }

    private func stage(
        _ batch: SealedBatch,
        of key: ConnectionKey,
        _ schema: any DestinationSchema,
        _ builder: BatchBuilder
    ) {
        guard hasRoom(for: batch, of: key) else { return }
        set(.staging, of: batch.number, key)
        let (number, events, time, clock) = (batch.number, batch.batch.events, now, service.clock)
        jobs.start {
            do {
                let load = try await Self.load(of: events, into: schema, builder, at: time)
                let staged = try await load.stage()
                return .staged(key, number: number, load, staged, took: clock.now() - time)
            } catch {
                return .notStaged(key, number: number, error)
            }
        }
    }

    private static func load(
        of events: [BatchEvent],
        into schema: any DestinationSchema,
        _ builder: BatchBuilder,
        at time: Timestamp
    ) async throws -> RefusingLoad {
        var builder = builder
        // What became of the tables of streams that are read anew is not known by now.
        if !builder.resets(in: events).isEmpty { builder.catalog = try await schema.catalog() }
        return RefusingLoad(builder: builder, events: events, schema: schema, at: time)
    }

    /// True when a batch's rows may be made now: those of few connections at a time, and never more than fits; one
    /// batch alone always may.
    private func hasRoom(for batch: SealedBatch, of key: ConnectionKey) -> Bool {
        let others = sealed.filter { $0.key != key && $0.value.contains(where: \.isAtWork) }
        guard others.count < BatchSettings.connections else { return false }
        guard sealed.values.joined().contains(where: \.isAtWork) else { return true }
        return weight + batch.batch.bytes <= service.settings.inFlightBytes
    }

    private func apply(
        _ batch: SealedBatch,
        of key: ConnectionKey,
        _ definition: ConnectionDefinition,
        startedAt: Timestamp,
        _ load: @escaping @Sendable () async throws -> (RefusingLoad, RefusingLoad.Staged?)
    ) {
        let (number, clock, namespace) = (batch.number, service.clock, service.namespace)
        jobs.start {
            let reports = Mutex<[LoadingReport]>([])
            do {
                let (load, staged) = try await load()
                let (plan, _) = try await load.run(staged) { plan, outcome in
                    let conclusion = try plan.conclusion(
                        outcome,
                        of: definition,
                        namespace: namespace,
                        startedAt: startedAt,
                        completedAt: clock.now()
                    )
                    reports.withLock { $0 = conclusion.reports }
                    return conclusion
                }
                let loaded = SealedBatch.Loaded(plan: plan, reports: reports.withLock(\.self))
                return .applied(key, number: number, .success(loaded))
            } catch {
                return .applied(key, number: number, .failure(error))
            }
        }
    }
}
