import CLibrdkafka

/// Reads partitions of one topic through a queue of its own, without a group; owns the queue.
package final class KafkaFetchQueue {
    private let client: KafkaClient
    private let topic: OpaquePointer
    private let queue: OpaquePointer
    private var started: Set<Int32> = []

    /// - Parameter client: a consumer that is in no group; it must be closed after this is.
    package init(_ client: KafkaClient, topic: String) throws(KafkaError) {
        self.client = client
        self.topic = try client.topicHandle(topic)
        guard let queue = rd_kafka_queue_new(try client.open(for: "rd_kafka_queue_new")) else {
            throw KafkaError(.invalidArgument, call: "rd_kafka_queue_new")
        }
        self.queue = queue
    }

    /// Adds a partition, read from `offset` on.
    package func start(_ partition: Int32, at offset: Int64) throws(KafkaError) {
        if rd_kafka_consume_start_queue(topic, partition, offset, queue) != 0 {
            throw KafkaError(.init(rd_kafka_last_error()), call: "rd_kafka_consume_start_queue")
        }
        started.insert(partition)
    }

    /// The next message or event of any partition; nil when none came in time.
    package func next(milliseconds: Int32) throws(KafkaError) -> KafkaMessage? {
        guard let pointer = rd_kafka_consume_queue(queue, milliseconds) else {
            // What failed of connections waits in another queue.
            try client.poll(milliseconds: 0)
            return nil
        }
        return KafkaMessage(taking: pointer)
    }

    /// Takes a partition out.
    package func stop(_ partition: Int32) {
        guard started.remove(partition) != nil else { return }
        rd_kafka_consume_stop(topic, partition)
    }

    deinit {
        for partition in started { rd_kafka_consume_stop(topic, partition) }
        rd_kafka_queue_destroy(queue)
    }
}
