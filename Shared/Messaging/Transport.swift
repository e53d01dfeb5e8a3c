import Model

/// A log of topics: Kafka, or the embedded one. Every implementation runs the same conformance suite.
package protocol Transport: Sendable {
    /// Partitions of every topic of the namespace.
    var partitions: Int32 { get }

    /// Creates the topics that are missing and checks that those that exist fit their specification.
    /// - Throws: ``MessagingError/topicContradicts(topic:problem:)`` where one does not.
    func prepare(_ topics: [TopicSpecification]) async throws

    /// Returns when the transport answers.
    /// - Throws: ``MessagingError`` when it does not.
    func reach() async throws

    /// Checks that the topics exist and fit, and makes none where that is someone's own task: on a cluster.
    /// - Throws: ``MessagingError/topicContradicts(topic:problem:)`` where one is missing or does not fit.
    func check(_ topics: [TopicSpecification]) async throws

    /// A producer. A ``ProducerIdentity/transactional(id:)`` one has fenced every older one of its id, and ended its
    /// transaction, when this returns.
    func producer(_ identity: ProducerIdentity) async throws -> any MessageProducer

    /// A member of a consumer group over all partitions of `topics`. Topics that do not exist yet are followed too.
    func consumer(group: String, topics: [String]) async throws -> any MessageConsumer

    /// Reads partitions of a topic without a group, committed messages only, up to the end as it is at this call,
    /// open transactions included: it waits until those are decided.
    /// - Parameters:
    ///   - partitions: nil for all.
    ///   - from: the first offset by partition; the log's start where there is none.
    func reader(
        of topic: String,
        partitions: [Int32]?,
        from: [Int32: Int64]
    ) async throws -> any MessageReader

    /// As ``reader(of:partitions:from:)``, but without waiting for open transactions: what follows one in its partition
    /// may be missing.
    func decidedReader(
        of topic: String,
        partitions: [Int32]?,
        from: [Int32: Int64]
    ) async throws -> any MessageReader

    /// Frees what the transport holds. Producers, consumers and readers are closed before.
    func close() async
}

extension Transport {
    /// A log on this machine is always there.
    package func reach() async throws {}

    /// A log that is one process's own makes its topics itself.
    package func check(_ topics: [TopicSpecification]) async throws { try await prepare(topics) }

    /// Where nothing is ever open there is nothing to wait for.
    package func decidedReader(
        of topic: String,
        partitions: [Int32]?,
        from: [Int32: Int64]
    ) async throws -> any MessageReader {
        try await reader(of: topic, partitions: partitions, from: from)
    }
}

/// Who publishes.
package enum ProducerIdentity: Hashable, Sendable {
    /// One per connection and run, `{ns}/{tenant}/{connection}`: publishes all or nothing, fences its older self.
    case transactional(id: String)
    /// One per process, for reports and logs.
    case idempotent
}

package protocol MessageProducer: Sendable {
    /// Publishes all messages or none; they are durable and visible when this returns, in the order given within each
    /// partition. After a crash inside it, either all or none are there.
    ///
    /// An ``ProducerIdentity/idempotent`` producer publishes each message durably, but not all or none.
    /// - Throws: ``MessagingError/fenced`` when a newer producer has the identity; ``MessagingError/full(_:)`` when
    ///   the log may not grow, nothing was published and a later call may succeed.
    func publish(_ messages: [Message]) async throws

    func close() async
}

package protocol MessageConsumer: Sendable {
    /// Waits for messages, at most `timeout`; returns at once when there are some, or when the assignment changed.
    ///
    /// Call it from one task, and at least every five minutes, or the group takes the partitions away.
    /// - Parameters:
    ///   - count: most deliveries to return.
    ///   - bytes: stop adding deliveries once their values' sum reaches this; one larger delivery still comes alone.
    func receive(atMost count: Int, bytes: Int, within timeout: Duration) async throws -> Reception

    /// Records for the group that everything below each offset is done.
    func commit(_ offsets: [TopicPartition: Int64]) async throws

    /// The next delivery of an assigned partition is the one at `offset`, or the first after it.
    func seek(_ partition: TopicPartition, to offset: Int64) async throws

    /// For each partition the first offset that the log still has, and the one after its last message. Where
    /// everything has been delivered, the end is the offset of the next delivery.
    func watermarks(of partitions: [TopicPartition]) async throws -> [TopicPartition: Range<Int64>]

    /// Leaves the group.
    func close() async
}

extension MessageConsumer {
    /// As ``watermarks(of:)-([TopicPartition])``, of one partition; empty at 0 where it does not exist.
    package func watermarks(of partition: TopicPartition) async throws -> Range<Int64> {
        try await watermarks(of: [partition])[partition] ?? 0..<0
    }
}

/// What ``MessageConsumer/receive(atMost:bytes:within:)`` brings.
package struct Reception: Sendable {
    /// Set when the assignment changed since the last reception. It takes the place of the former one before the
    /// deliveries; what is in hand of partitions that it lacks, or whose start moved, is to be dropped. Others of the
    /// group get what it lacks when this consumer receives again, or is closed.
    package var assignment: Assignment?
    package var deliveries: [Delivery]

    package init(assignment: Assignment? = nil, deliveries: [Delivery] = []) {
        self.assignment = assignment
        self.deliveries = deliveries
    }
}

/// The partitions that a consumer holds, each with the offset that its next delivery starts from.
package struct Assignment: Sendable {
    /// Rises with each assignment of the process.
    package var number: Int
    package var starts: [TopicPartition: Start]
    /// The group has asked everything back, and says with the next assignment who gets what.
    package var isUndecided: Bool

    package init(number: Int, starts: [TopicPartition: Start], isUndecided: Bool = false) {
        self.number = number
        self.starts = starts
        self.isUndecided = isUndecided
    }

    package struct Start: Hashable, Sendable {
        /// The group's committed offset, or the log's start where there is none.
        package var offset: Int64
        /// Offsets that the group had not done and the log no longer has. Never a silent skip: the loader reports it.
        package var gap: Range<Int64>?

        package init(offset: Int64, gap: Range<Int64>? = nil) {
            self.offset = offset
            self.gap = gap
        }
    }
}

package protocol MessageReader: Sendable {
    /// The next messages in order of offset within each partition; nil when the end is reached.
    func next(atMost count: Int) async throws -> [Delivery]?

    func close() async
}
