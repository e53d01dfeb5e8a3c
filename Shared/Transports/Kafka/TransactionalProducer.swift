import Failpoints
import Messaging
import RDKafka

/// Publishes each call's messages in one transaction, for one `transactional.id`.
///
/// A transaction that could only be aborted is sent again, as long as its cause may pass. Where a commit stays without
/// an answer the producer is of no further use: only the next producer of the id decides it, and its owner learns the
/// outcome by reading the log after that.
actor TransactionalProducer: MessageProducer {
    private let executor = BlockingExecutor(label: "deskpipe.kafka.transactions")
    private let client: KafkaClient
    private let topics: KnownTopics
    private let patience: Duration
    /// Why it is of no further use.
    private var end: MessagingError?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ configuration: KafkaConfiguration, topics: KnownTopics, patience: Duration) throws {
        client = try translatingKafkaErrors { try KafkaClient(.producer, configuration) }
        self.topics = topics
        self.patience = patience
    }

    /// Fences the older producers of the id and ends their transaction.
    func start() async throws {
        let deadline = Deadline(after: patience)
        try translatingKafkaErrors(of: client) {
            // Before the init: else the first message to each topic waits for its metadata.
            try client.openTopics(topics.names)
            try retrying(until: deadline) { (wait) throws(KafkaError) in try client.initTransactions(milliseconds: wait)
            }
        }
    }

    func publish(_ messages: [Message]) async throws {
        if let end { throw end }
        guard !messages.isEmpty else { return }
        try topics.check(messages)
        let deadline = Deadline(after: patience)
        while true {
            client.clearReports()
            do {
                try client.beginTransaction()
                try enqueue(messages)
                Failpoint.kafkaTransactionSent.hit()
                try retrying(until: deadline) { (wait) throws(KafkaError) in
                    try client.commitTransaction(milliseconds: wait)
                }
                Failpoint.kafkaTransactionCommitted.hit()
                return
            } catch {
                let cause = try abort(after: error)
                guard case .unavailable = cause, !deadline.isOver, !Task.isCancelled else { throw cause }
            }
        }
    }

    func close() async {
        end = end ?? .refused(call: "publish", reason: "the producer is closed")
        client.close()
    }

    private func enqueue(_ messages: [Message]) throws(KafkaError) {
        for message in messages {
            while try !client.produce(
                topic: message.topic,
                partition: message.partition,
                key: message.key,
                value: message.value
            ) {
                // Full: messages leave as they are delivered, or fail after the transaction's timeout.
                try client.poll(milliseconds: 10)
            }
        }
    }

    /// Ends the transaction after an error.
    /// - Returns: why it failed; nothing of it is visible.
    /// - Throws: when the producer is of no further use.
    private func abort(after error: KafkaError) throws -> MessagingError {
        if let fatal = client.fatalError ?? (error.isFatal ? error : nil) { throw finish(client.explain(fatal)) }
        if error.isRetriable && !error.requiresAbort && error.call == "rd_kafka_commit_transaction" {
            var explained = client.explain(error)
            if case .unavailable(let call, let reason) = explained {
                explained = .unavailable(call: call, reason: "the commit stayed without an answer: \(reason)")
            }
            throw finish(explained)
        }
        do {
            let deadline = Deadline(after: patience)
            try retrying(until: deadline) { (wait) throws(KafkaError) in
                try client.abortTransaction(milliseconds: wait)
            }
        } catch {
            throw finish(client.explain(client.fatalError ?? error))
        }
        return client.deliveryFailure.map(client.explain) ?? client.explain(error)
    }

    private func finish(_ error: MessagingError) -> MessagingError {
        end = error
        return error
    }

    /// Calls again what timed out; the library goes on with it where it was. In short turns, so that a cancelled task
    /// ends soon.
    private func retrying(until deadline: Deadline, _ call: (Int32) throws(KafkaError) -> Void) throws(KafkaError) {
        while true {
            do {
                return try call(1000)
            } catch {
                guard error.isRetriable, !error.requiresAbort, !deadline.isOver, !Task.isCancelled else { throw error }
            }
        }
    }
}
