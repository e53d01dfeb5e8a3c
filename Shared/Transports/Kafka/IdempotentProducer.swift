import Messaging
import RDKafka

/// Publishes reports and logs: each message durably, in order, without a transaction.
actor IdempotentProducer: MessageProducer {
    private let executor = BlockingExecutor(label: "deskpipe.kafka.reports")
    private let configuration: KafkaConfiguration
    private let topics: KnownTopics
    private var client: KafkaClient
    private var isClosed = false
    /// Reports of messages that nobody waits for any more are still to come.
    private var isBehind = false

    private static let patienceOfCancelled = Duration.milliseconds(500)

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ configuration: KafkaConfiguration, topics: KnownTopics) throws {
        self.configuration = configuration
        self.topics = topics
        client = try translatingKafkaErrors { try KafkaClient(.producer, configuration) }
    }

    func start() async throws {
        try translatingKafkaErrors(of: client) { try client.openTopics(topics.names) }
    }

    func publish(_ messages: [Message]) async throws {
        guard !isClosed else { throw MessagingError.refused(call: "publish", reason: "the producer is closed") }
        guard !messages.isEmpty else { return }
        try topics.check(messages)
        try translatingKafkaErrors(of: client) {
            if client.fatalError != nil || isBehind {
                // An idempotent producer that lost its place in the sequence is replaced; it fences no one.
                isBehind = false
                client.close()
                client = try KafkaClient(.producer, configuration)
            }
            client.clearReports()
            let queued = try enqueue(messages)
            try awaitReports(queued.count)
            if let error = queued.error { throw error }
        }
        if let failure = client.deliveryFailure { throw client.explain(failure) }
    }

    func close() async {
        isClosed = true
        client.close()
    }

    /// - Returns: how many were queued, and why not all.
    private func enqueue(_ messages: [Message]) throws(KafkaError) -> (count: Int, error: KafkaError?) {
        for (index, message) in messages.enumerated() {
            do {
                while try !client.produce(
                    topic: message.topic,
                    partition: message.partition,
                    key: message.key,
                    value: message.value
                ) {
                    try client.poll(milliseconds: 10)
                }
            } catch {
                return (index, error)
            }
        }
        return (messages.count, nil)
    }

    /// Every queued message is reported, at the latest when its own timeout has passed. A cancelled task does not wait for
    /// brokers that do not answer.
    private func awaitReports(_ count: Int) throws(KafkaError) {
        let patience = Deadline(after: Self.patienceOfCancelled)
        while client.reportedMessages < count {
            try client.poll(milliseconds: 100)
            if Task.isCancelled, patience.isOver {
                isBehind = true
                throw KafkaError(.timedOut, call: "rd_kafka_produce", text: "no answer before the process ends")
            }
        }
    }
}
