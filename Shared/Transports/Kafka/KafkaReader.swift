import Messaging
import RDKafka

/// Reads partitions of a topic up to ends that are fixed when it starts.
actor KafkaReader: MessageReader {
    private let executor = BlockingExecutor(label: "deskpipe.kafka.reader")
    private let client: KafkaClient
    private let topic: String
    private let patience: Duration
    private let waitsForTransactions: Bool
    private var queue: KafkaFetchQueue?
    /// The ends of the partitions that are not read to theirs yet.
    private var ends: [Int32: Int64] = [:]

    /// Bounds what one call brings into memory.
    private static let maxBytes = 16 << 20

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - patience: how long nothing may come; it must exceed the brokers' time to end a transaction.
    ///   - waitsForTransactions: else an open one ends the reading of its partition.
    init(
        _ configuration: KafkaConfiguration,
        topic: String,
        patience: Duration,
        waitsForTransactions: Bool = true
    ) throws {
        client = try translatingKafkaErrors { try KafkaClient(.consumer, configuration) }
        self.topic = topic
        self.patience = patience
        self.waitsForTransactions = waitsForTransactions
    }

    /// - Parameter ranges: the offsets to read of each partition.
    func start(_ ranges: [Int32: Range<Int64>]) async throws {
        try translatingKafkaErrors(of: client) {
            let queue = try KafkaFetchQueue(client, topic: topic)
            self.queue = queue
            for (partition, range) in ranges where !range.isEmpty {
                try queue.start(partition, at: range.lowerBound)
                ends[partition] = range.upperBound
            }
        }
    }

    func next(atMost count: Int) async throws -> [Delivery]? {
        var deliveries: [Delivery] = []
        var held = 0
        var deadline = Deadline(after: patience)
        while let queue, !ends.isEmpty, deliveries.count < count, held < Self.maxBytes {
            try Task.checkCancellation()
            let message = try translatingKafkaErrors(of: client) {
                try queue.next(milliseconds: deliveries.isEmpty ? 100 : 0)
            }
            guard let message else {
                if !deliveries.isEmpty { break }
                if deadline.isOver { throw client.explain(Self.stalled(topic)) }
                continue
            }
            if let delivery = try take(message) {
                deliveries.append(delivery)
                held += delivery.value?.count ?? 0
                deadline = Deadline(after: patience)
            }
        }
        return deliveries.isEmpty ? nil : deliveries
    }

    func close() async {
        queue = nil
        ends = [:]
        client.close()
    }

    /// - Returns: the message to hand on; nil for an event and for what lies beyond the end.
    private func take(_ message: borrowing KafkaMessage) throws -> Delivery? {
        guard let name = message.partition, let end = ends[name.partition] else { return nil }
        if let error = message.error {
            switch error.code {
            case .partitionEnd:
                // Before the end as asked for only while a transaction is open.
                if message.offset >= end || !waitsForTransactions { finish(name.partition) }
            case .topicUnauthorized, .authentication, .unknownTopic, .unknownTopicOrPartition, .unknownPartition:
                throw error.asMessagingError
            default:
                // A broker that went away: the library goes on by itself.
                break
            }
            return nil
        }
        if message.offset + 1 >= end { finish(name.partition) }
        return message.offset < end ? Delivery(message, TopicPartition(name)) : nil
    }

    private static func stalled(_ topic: String) -> KafkaError {
        KafkaError(
            .timedOut,
            call: "rd_kafka_consume_queue",
            text: "nothing more of \(topic) came, but its end is not reached"
        )
    }

    private func finish(_ partition: Int32) {
        ends[partition] = nil
        queue?.stop(partition)
    }
}
