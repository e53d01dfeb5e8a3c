import Messaging
import Model
import RDKafka

extension TopicPartition {
    init(_ partition: KafkaPartition) {
        self.init(topic: partition.topic, partition: partition.partition)
    }
}

extension KafkaPartition {
    init(_ partition: TopicPartition) {
        self.init(topic: partition.topic, partition: partition.partition)
    }
}

extension Delivery {
    /// Copies key and value out of the library's buffer, which goes with the message.
    init(_ message: borrowing KafkaMessage, _ partition: TopicPartition) {
        self.init(
            topic: partition.topic,
            partition: partition.partition,
            offset: message.offset,
            timestamp: Timestamp(milliseconds: max(0, message.timestampMilliseconds)),
            key: message.key.map { $0[...] },
            value: message.value.map { $0[...] }
        )
    }
}
