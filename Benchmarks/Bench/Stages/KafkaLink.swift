import CLibrdkafka
import Foundation
import Logging
import Messaging
import RDKafka
import Transports
import Work

/// Both ways over the wire to a broker process: the product's own, and bare loops on librdkafka.
struct KafkaLink {
    let servers: String
    let partitions: Int32

    // MARK: The product

    /// Publishes batches, each in a transaction; their making is not timed.
    func publish(_ batches: some Sequence<[Message]>, _ topics: [String]) async throws -> Lap {
        let transport = try transport()
        try await transport.prepare(
            topics.map { TopicSpecification(name: $0, cleanup: .delete, retention: nil, maxMessageBytes: 8 << 20) }
        )
        let producer = try await transport.producer(.transactional(id: UUID().uuidString))
        var whole = Lap(seconds: 0, processorSeconds: 0)
        for batch in batches {
            let lap = try await Lap.time { try await producer.publish(batch) }
            whole.seconds += lap.seconds
            whole.processorSeconds += lap.processorSeconds
        }
        await producer.close()
        await transport.close()
        return whole
    }

    /// Joins a new group and receives so many messages.
    /// - Parameter isFirstTimed: the time runs once the group has given the partitions, else once the first message has
    ///   come.
    func receive(_ count: Int, from topic: String, isFirstTimed: Bool = false) async throws -> TimedRest {
        let transport = try transport()
        let consumer = try await transport.consumer(group: UUID().uuidString, topics: [topic])
        var rest = count
        var hasBegun = false
        while !hasBegun {
            let reception = try await consumer.receive(atMost: 1, bytes: 1, within: .seconds(30))
            rest -= reception.deliveries.count
            let isAssigned = reception.assignment.map { !$0.starts.isEmpty } ?? false
            hasBegun = !reception.deliveries.isEmpty || isFirstTimed && isAssigned
        }
        let timed = rest
        let lap = try await Lap.time {
            while rest > 0 {
                let reception = try await consumer.receive(atMost: 1000, bytes: 4 << 20, within: .seconds(30))
                if reception.assignment == nil, reception.deliveries.isEmpty { throw BenchError("nothing came") }
                rest -= reception.deliveries.count
                use(reception.deliveries)
            }
        }
        await consumer.close()
        await transport.close()
        return TimedRest(lap: lap, count: timed)
    }

    private func transport() throws -> KafkaTransport {
        let settings = KafkaSettings(brokers: [servers], partitions: partitions, replication: 1)
        return try KafkaTransport(settings, logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
    }

    // MARK: librdkafka

    /// The messages in one stream without transactions, waited for once at the end.
    func produce(_ messages: some Sequence<Message>, _ topics: [String]) async throws -> Lap {
        let properties = [
            "bootstrap.servers": servers, "acks": "all", "linger.ms": "5", "compression.codec": "lz4",
            "message.max.bytes": "\(9 << 20)", "queue.buffering.max.kbytes": "\(64 << 10)",
        ]
        let client = try KafkaClient(.producer, KafkaConfiguration(properties) { _ in })
        try client.openTopics(topics)
        let lap = try await Lap.time {
            for message in messages {
                while try !client.produce(
                    topic: message.topic,
                    partition: message.partition,
                    key: message.key,
                    value: message.value
                ) {
                    try client.poll(milliseconds: 10)
                }
                try client.poll(milliseconds: 0)
            }
            try client.flush(milliseconds: 60_000)
        }
        client.close()
        if let failure = client.deliveryFailure { throw BenchError("not delivered: \(failure.error)") }
        return lap
    }

    /// The loop that a program in C has: polls messages, looks at each and frees it.
    func poll(_ count: Int, from topic: String) async throws -> TimedRest {
        let consumer = try BareConsumer(servers, topic, partitions)
        defer { consumer.close() }
        try consumer.read(1)
        return TimedRest(lap: try await Lap.time { try consumer.read(count - 1) }, count: count - 1)
    }

    /// What was timed, and of how many messages.
    struct TimedRest {
        var lap: Lap
        var count: Int

        /// As if all had been timed.
        func scaled(to whole: Int) -> Lap {
            let factor = Double(whole) / Double(max(count, 1))
            return Lap(seconds: lap.seconds * factor, processorSeconds: lap.processorSeconds * factor)
        }
    }
}

/// Owns a consumer that is used through the C interface alone, without a group's management.
private final class BareConsumer {
    private let handle: OpaquePointer

    /// Reads all partitions of a topic from their start.
    init(_ servers: String, _ topic: String, _ partitions: Int32) throws {
        let configuration = rd_kafka_conf_new()
        // As the product sets them.
        let properties = [
            "bootstrap.servers": servers, "group.id": "bare", "enable.auto.commit": "false",
            "enable.auto.offset.store": "false", "isolation.level": "read_committed", "enable.partition.eof": "true",
            "queued.max.messages.kbytes": "16384", "fetch.max.bytes": "\(9 << 20)", "message.max.bytes": "\(9 << 20)",
        ]
        for (name, value) in properties { rd_kafka_conf_set(configuration, name, value, nil, 0) }
        guard let handle = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, nil, 0) else {
            throw BenchError("librdkafka makes no consumer")
        }
        self.handle = handle
        rd_kafka_poll_set_consumer(handle)
        let list = rd_kafka_topic_partition_list_new(partitions)
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for partition in 0..<partitions {
            rd_kafka_topic_partition_list_add(list, topic, partition).pointee.offset = Int64(RD_KAFKA_OFFSET_BEGINNING)
        }
        rd_kafka_assign(handle, list)
    }

    func read(_ count: Int) throws {
        var rest = count
        var bytes = 0
        while rest > 0 {
            guard let message = rd_kafka_consumer_poll(handle, 30_000) else { throw BenchError("nothing came") }
            if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                bytes += message.pointee.len + message.pointee.key_len
                rest -= 1
            }
            rd_kafka_message_destroy(message)
        }
        use(bytes)
    }

    func close() {
        rd_kafka_consumer_close(handle)
        rd_kafka_destroy(handle)
    }
}
