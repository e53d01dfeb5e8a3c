import Logging
import Messaging
import Model
import RDKafka
import Synchronization

/// A member of a consumer group. It fetches only while ``receive(atMost:bytes:within:)`` takes: what waits in memory is
/// bounded by `queued.max.messages.kbytes`.
actor KafkaConsumer: MessageConsumer {
    private let executor = BlockingExecutor(label: "deskpipe.kafka.consumer")
    private let client: KafkaClient
    private let patience: Duration
    private let logger: Logger
    private var positions = ConsumerPositions()
    /// What the group gave, before it is known where to start.
    private var unplaced: [TopicPartition]?
    /// The group has asked everything back, and waits for it.
    private var isAskedBack = false
    /// Partitions whose next offset the log does not have.
    private var outOfReach: Set<TopicPartition> = []
    /// Until when starts that cannot be found are looked for without a word; nil where all are known.
    private var lookingUntil: Deadline?
    /// Not told yet.
    private var news: Assignment?
    /// Came after deliveries that had to be handed on first.
    private var failure: MessagingError?

    /// Numbers all assignments of the process.
    private static let lastNumber = Atomic<Int>(0)
    /// How long one question to the brokers may take.
    private static let questionMilliseconds: Int32 = 5000

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter patience: how long brokers may not answer before a call says so.
    init(_ configuration: KafkaConfiguration, patience: Duration, logger: Logger) throws {
        client = try translatingKafkaErrors { try KafkaClient(.consumer, configuration) }
        self.patience = patience
        self.logger = logger
    }

    /// Joins the group.
    func start(topics: [String]) async throws {
        try translatingKafkaErrors(of: client) { try client.subscribe(to: topics) }
    }

    func receive(atMost count: Int, bytes: Int, within timeout: Duration) async throws -> Reception {
        if let failure {
            self.failure = nil
            throw failure
        }
        try giveBack()
        let deadline = Deadline(after: timeout)
        var deliveries: [Delivery] = []
        var held = 0
        while deliveries.count < count, held < bytes, failure == nil, !isAskedBack {
            if deliveries.isEmpty { try Task.checkCancellation() }
            let isWaiting = deliveries.isEmpty && news == nil
            // In short turns, so that a cancelled task ends soon.
            let message = try translatingKafkaErrors(of: client) {
                try client.consume(milliseconds: isWaiting ? deadline.milliseconds(atMost: 100) : 0)
            }
            let isIdle = message == nil
            if let message, let delivery = take(message) {
                deliveries.append(delivery)
                held += delivery.value?.count ?? 0
            }
            let misplaced = followGroup()
            if news != nil { deliveries.removeAll { !isCurrent($0) } }
            if isIdle && (!deliveries.isEmpty || news != nil) { break }
            if isIdle && deadline.isOver {
                if let misplaced, lookingUntil?.isOver == true { throw misplaced }
                break
            }
        }
        if deliveries.isEmpty, news == nil, let failure {
            self.failure = nil
            throw failure
        }
        defer { news = nil }
        return Reception(assignment: news, deliveries: deliveries)
    }

    func commit(_ offsets: [TopicPartition: Int64]) async throws {
        let deadline = Deadline(after: patience)
        while true {
            do {
                return try client.commit(offsets.map { KafkaOffset(KafkaPartition($0.key), $0.value) })
            } catch {
                switch error.code {
                case .illegalGeneration, .unknownMember, .rebalanceInProgress, .noOffset:
                    // The partitions are no longer this member's: who has them now repeats what was not committed.
                    return logger.debug(
                        "commit overtaken by a rebalance",
                        metadata: [LogKeys.errorType: "\(error.code)"]
                    )
                default:
                    try await waitOut(error, until: deadline)
                }
            }
        }
    }

    /// Returns when a call that failed should be made again.
    private func waitOut(_ error: KafkaError, until deadline: Deadline) async throws {
        guard case .unavailable = error.asMessagingError, !deadline.isOver else { throw client.explain(error) }
        try await Task.sleep(for: .milliseconds(200))
    }

    func seek(_ partition: TopicPartition, to offset: Int64) async throws {
        guard positions.next[partition] != nil else {
            throw MessagingError.refused(call: "seek", reason: "\(partition) is not assigned to this consumer")
        }
        let log = try translatingKafkaErrors(of: client) { try bounds(of: [partition]) }[partition] ?? 0..<Int64.max
        let target = min(max(offset, log.lowerBound), log.upperBound)
        positions.seek(partition, to: target)
        do {
            try client.seek(
                [KafkaOffset(KafkaPartition(partition), target)],
                milliseconds: Self.questionMilliseconds
            )
        } catch {
            // A partition that stopped at an error cannot be sought; all are assigned anew where they stand.
            logger.debug("seek failed, assigning anew", metadata: [LogKeys.errorType: "\(error.code)"])
            try translatingKafkaErrors(of: client) { try assign() }
        }
    }

    func watermarks(of partitions: [TopicPartition]) async throws -> [TopicPartition: Range<Int64>] {
        let logs = try translatingKafkaErrors(of: client) { try bounds(of: partitions, within: patience) }
        return Dictionary(uniqueKeysWithValues: logs.map { ($0, positions.bounds(of: $0, log: $1)) })
    }

    func close() async {
        // The library waits for the answer before it closes; where it is closed, there is none to give.
        try? giveBack()
        client.close()
    }

    /// Whoever receives again has put down what it held: only now do others of the group get it.
    private func giveBack() throws {
        guard isAskedBack else { return }
        isAskedBack = false
        try translatingKafkaErrors { try client.unassign() }
    }

    /// - Returns: the message to hand on; nil for an event and for what is no longer wanted.
    private func take(_ message: borrowing KafkaMessage) -> Delivery? {
        let partition = message.partition.map(TopicPartition.init)
        if let error = message.error {
            handle(error, partition, offset: message.offset)
            return nil
        }
        guard let partition, positions.deliver(partition, offset: message.offset) else { return nil }
        return Delivery(message, partition)
    }

    private func handle(_ error: KafkaError, _ partition: TopicPartition?, offset: Int64) {
        switch error.code {
        case .partitionEnd:
            if let partition { positions.reach(partition, end: offset) }
        case .offsetOutOfReach:
            if let partition { outOfReach.insert(partition) }
        case .topicUnauthorized, .groupUnauthorized, .authentication, .fencedInstance:
            failure = error.asMessagingError
        default:
            if error.isFatal || client.fatalError != nil {
                failure = client.explain(client.fatalError ?? error)
            } else {
                // A topic that does not exist yet, a broker that went away: the library goes on by itself.
                logger.debug(
                    "consumer event",
                    metadata: [LogKeys.errorType: "\(error.code)", LogKeys.error: "\(error.text)"]
                )
            }
        }
    }

    /// Takes up what the group decided, and finds the starts that are still unknown.
    /// - Returns: why starts are still unknown; it is tried again at the next call.
    private func followGroup() -> MessagingError? {
        for change in client.takeRebalances() {
            switch change {
            case .assigned(let partitions):
                unplaced = partitions.map(TopicPartition.init)
            case .revoked:
                unplaced = nil
                outOfReach = []
                isAskedBack = true
                announce(isUndecided: true) { $0.assign([:]) }
            }
        }
        do {
            if let unplaced { try place(unplaced) }
            if !outOfReach.isEmpty { try replace(outOfReach) }
            lookingUntil = nil
            return nil
        } catch {
            lookingUntil = lookingUntil ?? Deadline(after: patience)
            logger.info(
                "cannot find where to start",
                metadata: [LogKeys.call: "\(error.call)", LogKeys.error: "\(error.text)"]
            )
            return client.explain(error)
        }
    }

    private func place(_ partitions: [TopicPartition]) throws(KafkaError) {
        let committed = try client.committed(
            partitions.map(KafkaPartition.init),
            milliseconds: Self.questionMilliseconds
        )
        let log = try bounds(of: partitions)
        var starts: [TopicPartition: Assignment.Start] = [:]
        for entry in committed {
            let partition = TopicPartition(entry.partition)
            starts[partition] = ConsumerPositions.start(
                committed: entry.offset >= 0 ? entry.offset : nil,
                log: log[partition] ?? 0..<0
            )
        }
        announce { $0.assign(starts) }
        try assign()
        unplaced = nil
    }

    private func replace(_ partitions: Set<TopicPartition>) throws(KafkaError) {
        let log = try bounds(of: Array(partitions))
        announce { for (partition, log) in log { $0.move(partition, log: log) } }
        try assign()
        outOfReach = []
    }

    private func announce(isUndecided: Bool = false, _ change: (inout ConsumerPositions) -> Void) {
        change(&positions)
        let number = Self.lastNumber.wrappingAdd(1, ordering: .relaxed).newValue
        news = Assignment(number: number, starts: positions.starts, isUndecided: isUndecided)
    }

    /// Fetches everything that is held from where it stands.
    private func assign() throws(KafkaError) {
        try client.assign(positions.next.map { KafkaOffset(KafkaPartition($0.key), $0.value) })
    }

    private func bounds(
        of partitions: [TopicPartition],
        within limit: Duration = .milliseconds(Int64(questionMilliseconds))
    ) throws(KafkaError) -> [TopicPartition: Range<Int64>] {
        let deadline = Deadline(after: limit)
        let ranges = try client.ranges(of: partitions.map(KafkaPartition.init), until: deadline)
        return Dictionary(ranges.map { (TopicPartition($0.key), $0.value) }) { first, _ in first }
    }

    /// Whether a delivery is still one of the assignment in force.
    private func isCurrent(_ delivery: Delivery) -> Bool {
        guard let next = positions.next[delivery.topicPartition] else { return false }
        return delivery.offset < next
    }
}
