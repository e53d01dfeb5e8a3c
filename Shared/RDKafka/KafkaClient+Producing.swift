import CLibrdkafka

extension KafkaClient {
    /// Makes the handles of topics that will be written: without them the first message to each costs up to a second.
    package func openTopics(_ names: some Sequence<String>) throws(KafkaError) {
        for name in names { _ = try topicHandle(name) }
    }

    /// Queues a message; its bytes are copied.
    /// - Parameter value: nil is a tombstone.
    /// - Returns: whether there was room in the queue; if not, poll and try again.
    package func produce(
        topic: String,
        partition: Int32,
        key: String,
        value: ArraySlice<UInt8>?
    ) throws(KafkaError) -> Bool {
        let handle = try topicHandle(topic)
        var key = key
        let code = key.withUTF8 { key in
            guard let value else { return Self.enqueue(handle, partition, key, nil) }
            return value.withUnsafeBufferPointer { Self.enqueue(handle, partition, key, $0) }
        }
        if code == .none { return true }
        if code == .queueFull { return false }
        throw KafkaError(code, call: "rd_kafka_produce")
    }

    private static func enqueue(
        _ topic: OpaquePointer,
        _ partition: Int32,
        _ key: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>?
    ) -> KafkaError.Code {
        // A null payload is a tombstone, so a value without bytes still needs an address: the key's serves, unread.
        let payload = value.flatMap { $0.baseAddress ?? key.baseAddress }
        let result = rd_kafka_produce(
            topic,
            partition,
            RD_KAFKA_MSG_F_COPY,
            payload.map { UnsafeMutableRawPointer(mutating: $0) },
            value?.count ?? 0,
            key.baseAddress,
            key.count,
            nil
        )
        return result == 0 ? .none : KafkaError.Code(rd_kafka_last_error())
    }

    /// Forgets the reports so far.
    package func clearReports() {
        callbacks.reported = 0
        callbacks.failure = nil
    }

    /// Messages reported since ``clearReports()``: all, or with `delivery.report.only.error` the failed ones.
    package var reportedMessages: Int { callbacks.reported }

    /// The first message since ``clearReports()`` that could not be delivered.
    package var deliveryFailure: KafkaDeliveryFailure? { callbacks.failure }

    /// Waits until all queued messages are delivered or have failed.
    package func flush(milliseconds: Int32) throws(KafkaError) {
        try KafkaError.check(
            rd_kafka_flush(try open(for: "rd_kafka_flush"), milliseconds),
            call: "rd_kafka_flush"
        )
    }

    /// Takes the `transactional.id`: older producers of it are fenced and their transaction is ended.
    package func initTransactions(milliseconds: Int32) throws(KafkaError) {
        let handle = try open(for: "rd_kafka_init_transactions")
        try KafkaError.check(rd_kafka_init_transactions(handle, milliseconds), call: "rd_kafka_init_transactions")
    }

    package func beginTransaction() throws(KafkaError) {
        let handle = try open(for: "rd_kafka_begin_transaction")
        try KafkaError.check(rd_kafka_begin_transaction(handle), call: "rd_kafka_begin_transaction")
    }

    /// Delivers what is queued and commits. A retriable error leaves the commit going on: call it again.
    package func commitTransaction(milliseconds: Int32) throws(KafkaError) {
        let handle = try open(for: "rd_kafka_commit_transaction")
        try KafkaError.check(rd_kafka_commit_transaction(handle, milliseconds), call: "rd_kafka_commit_transaction")
    }

    /// Drops what is queued and aborts. A retriable error leaves the abort going on: call it again.
    package func abortTransaction(milliseconds: Int32) throws(KafkaError) {
        let handle = try open(for: "rd_kafka_abort_transaction")
        try KafkaError.check(rd_kafka_abort_transaction(handle, milliseconds), call: "rd_kafka_abort_transaction")
    }
}
