import Catalog
import Failpoints
import Logging
import Messaging
import Model
import ServiceRuntime

/// One run of the loader: the state that its one task works on, and its main loop.
final class LoaderRun {
    let service: LoaderService
    let stop: StopSignal
    var routing: EventRouting
    var summary = LoaderSummary()
    var registry = ConnectionRegistry()
    /// When reading the registry began last.
    var registryReadAt = Timestamp(microseconds: 0)
    var lanes: [ConnectionKey: Lane] = [:]
    var accumulator: BatchAccumulator
    var tracker = OffsetTracker()
    /// Partitions that were read anew while a reception was worked through: the rest of it comes again.
    var soughtNow: Set<TopicPartition> = []
    /// True once the definitions were read while this reception was worked through.
    var hasRefreshed = false
    /// Deliveries that go to `{ns}.rejected` before their offset is committed.
    var foreign: [Message] = []
    /// Set once an event comes that this version does not know.
    var halt: Halt?
    var consumer: (any MessageConsumer)?
    var producer: (any MessageProducer)?
    /// Batches that are full and not loaded, by connection in their order.
    var sealed: [ConnectionKey: [SealedBatch]] = [:]
    var lastNumber = 0
    /// Connections whose messages are being published, and those of them where more have come meanwhile.
    var relaying: Set<ConnectionKey> = []
    var relayAgain: Set<ConnectionKey> = []
    var relayFailures: [ConnectionKey: any Error] = [:]
    /// Schemas whose opening has ended, not taken over yet.
    var opened: [(ConnectionKey, number: Int, Result<OpenedSchema, any Error>)] = []
    /// Partitions that are read again for connections that were passed over.
    var catchUps: [TopicPartition: CatchUp] = [:]
    let jobs = LoadJobs<JobOutcome>()
    /// The row buffers of batches that are staged.
    let storage: RowStorage

    private let condition: StopCondition
    private var followed: Set<Source> = []
    private var hasAssignment = false
    /// True when the last receive brought nothing: only then is it worth asking whether all is read.
    private var isQuiet = false
    private var lastCommit = Timestamp(microseconds: 0)
    /// When the lag was looked up last.
    var gaugedAt = Timestamp(microseconds: 0)

    /// How long a receive may wait: how soon a stop is seen.
    private static let patience = Duration.milliseconds(250)
    /// The same while batches are on their way: how soon it is seen what became of them.
    private static let shortPatience = Duration.milliseconds(10)
    /// Most bytes of one reception.
    private static let receptionBytes = 4 << 20
    /// How often the definitions are read again at most, and positions committed that no load moved.
    static let refreshInterval = Duration.seconds(5)
    /// Tries of a failing destination before an idle run ends without it.
    private static let idleTries = 3

    init(_ service: LoaderService, _ condition: StopCondition, _ stop: StopSignal) {
        self.service = service
        self.condition = condition
        self.stop = stop
        routing = EventRouting(namespace: service.namespace)
        accumulator = BatchAccumulator(service.settings.open)
        storage = RowStorage(most: service.settings.open.bytes)
    }

    var now: Timestamp { service.clock.now() }

    func load() async throws {
        try await withThrowingTaskGroup { group in
            let jobs = jobs
            defer { jobs.finish() }
            group.addTask { await jobs.run() }
            try await loadUntilDone()
            group.cancelAll()
        }
    }

    private func loadUntilDone() async throws {
        producer = try await service.transport.producer(.idempotent)
        try await readRegistry()
        while !stop.isSet {
            try Task.checkCancellation()
            try await follow()
            try await proceed()
            reviveDue()
            try await endPauses()
            try await retryLeftOut()
            try await catchUp()
            try await load(accumulator.due(at: now))
            try await commit(ifOlderThan: Self.refreshInterval)
            await gauge()
            if try await isFinished() { break }
            if let halt, halt.isDue || !lacksEvents {
                try await loadOpen()
                throw halt.error
            }
            if halt != nil || isAlmostCaughtUp {
                try await jobs.wait(atMost: Self.patience)
                continue
            }
            try await receive()
        }
        try await loadOpen()
        summary.setAside = lanes.compactMapValues(\.error)
        summary.leftOut = leftOut
    }

    /// Leaves the group and closes what is open; what was not loaded comes again.
    func close() async {
        for outcome in jobs.outcomes() {
            switch outcome {
            case .opened(_, _, .success(let opened)): await opened.schema.close()
            case .read(_, _, let reader?, _): await reader.close()
            default: break
            }
        }
        for catchUp in catchUps.values { await catchUp.reader?.close() }
        catchUps = [:]
        for key in Array(lanes.keys) { await closeLane(key) }
        await consumer?.close()
        await producer?.close()
    }

    private func receive() async throws {
        guard let consumer else {
            try await service.clock.sleep(for: Self.patience)
            return
        }
        soughtNow = []
        hasRefreshed = false
        let reception = try await consumer.receive(
            atMost: 1000,
            bytes: min(Self.receptionBytes, service.settings.bytes),
            within: patience
        )
        isQuiet = reception.assignment == nil && reception.deliveries.isEmpty
        if !reception.deliveries.isEmpty {
            try Failpoint.deliveryReceived.hit(orFail: MessagingError.atFailpoint("receive"))
        }
        if let assignment = reception.assignment { try await adopt(assignment) }
        for delivery in reception.deliveries where halt == nil { try await take(delivery) }
        try await publishForeign()
    }

    /// As long as nothing has to be done before.
    private var patience: Duration {
        let longest = sealed.isEmpty && relaying.isEmpty && catchUps.isEmpty ? Self.patience : Self.shortPatience
        let due = [accumulator.nextDue, nextRetry].compactMap(\.self).min()
        guard let due else { return longest }
        return min(max(due - now, .milliseconds(1)), longest)
    }

    private var nextRetry: Timestamp? {
        lanes.values.compactMap { lane in
            if case .setAside(_, _, let retryAt) = lane.state { retryAt } else { nil }
        }.min()
    }

    /// Joins the group on the topics of the sources in use; again when another source comes into use.
    private func follow() async throws {
        if now - registryReadAt > Self.refreshInterval { try await readRegistry() }
        if registry.sources.isEmpty { service.readiness.met(.assignment) }
        guard !registry.sources.subtracting(followed).isEmpty else { return }
        if let consumer {
            try await loadOpen()
            await consumer.close()
        }
        followed = registry.sources
        hasAssignment = false
        let topics = service.streams
            .filter { followed.contains($0.source) }
            .map { service.namespace.records($0.source, $0.name) }
        consumer = try await service.transport.consumer(group: service.namespace.loaderGroup, topics: topics)
    }

    func readRegistry() async throws {
        registryReadAt = now
        registry = try await ConnectionRegistry.read(from: service.transport, service.namespace)
        for key in registry.unreadable.sorted() {
            service.logger.warning("connection definition cannot be read", metadata: [LogKeys.connection: "\(key)"])
        }
        // A definition that changed opens its destination anew; a deleted one needs none.
        pauseChanged()
    }

    /// Takes over the partitions of a new assignment: all that is in hand comes again.
    private func adopt(_ assignment: Assignment) async throws {
        hasAssignment = true
        let inHand = inHand
        _ = accumulator.sealAll()
        endCatchUps()
        let seeks = tracker.assign(assignment.starts.mapValues(\.offset), dropping: inHand)
        for (partition, offset) in seeks {
            try await consumer?.seek(partition, to: offset)
            soughtNow.insert(partition)
        }
        // What is on its way may be loaded all the same: it is a repeat then.
        try await drain()
        for key in lanes.keys { lanes[key]?.takeNothing() }
        service.observer(.assigned(partitions: assignment.starts.count))
        service.readiness.met(.assignment)
        for key in Array(lanes.keys) where !isAssigned(key) { await closeLane(key) }
        for definition in registry.connections where isAssigned(definition.key) && lanes[definition.key] == nil {
            open(definition)
        }
        try await awaitOpenings()
        try await reportGaps(of: assignment)
    }

    /// True when this loader holds the partition that the connection's records are in.
    private func isAssigned(_ key: ConnectionKey) -> Bool {
        guard let definition = registry[key] else { return false }
        let partition = service.partition(of: key.tenant)
        return service.streams.contains { stream in
            let topic = service.namespace.records(stream.source, stream.name)
            return stream.source == definition.source
                && tracker.isAssigned(TopicPartition(topic: topic, partition: partition))
        }
    }

    /// Loads everything that is open, and commits.
    func loadOpen() async throws {
        try await publishForeign()
        try await loadAll()
        try await commit(ifOlderThan: .zero)
    }

    private func commit(ifOlderThan age: Duration) async throws {
        guard let consumer, foreign.isEmpty, age == .zero || now - lastCommit >= age else { return }
        let offsets = tracker.committable(inHand: inHand)
        if !offsets.isEmpty {
            try Failpoint.groupCommitting.hit(orFail: MessagingError.atFailpoint("commit"))
            try await consumer.commit(offsets)
            Failpoint.groupCommitted.hit()
            tracker.committed(offsets)
        }
        lastCommit = now
    }
}

extension LoaderRun {
    /// True when an idle run has nothing more to do.
    private func isFinished() async throws -> Bool {
        guard case .idle(let isDue) = condition, isDue() else { return false }
        guard !registry.sources.isEmpty else { return true }
        guard hasAssignment, isQuiet, try await isReadToTheEnd() else { return false }
        try await loadOpen()
        let mayRecover = lanes.values.contains { lane in
            if case .setAside(let error, _, _) = lane.state, case .retry = error.recovery {
                return lane.backoff.attempts < Self.idleTries
            }
            return false
        }
        if mayRecover || hasLeftOutDue || lacksEvents { return false }
        return try await isReadToTheEnd()
    }

    /// True when no assigned partition has a message that was not received.
    private func isReadToTheEnd() async throws -> Bool {
        guard let consumer else { return true }
        let watermarks = try await consumer.watermarks(of: Array(tracker.next.keys))
        return tracker.next.allSatisfy { partition, next in (watermarks[partition]?.upperBound ?? next) <= next }
    }
}
