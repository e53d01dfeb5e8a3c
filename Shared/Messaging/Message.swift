import Foundation
package import Model

/// UTF-8 or other bytes that share their storage with the page or message they came from.
package typealias Bytes = ArraySlice<UInt8>

/// One partition of a topic.
package struct TopicPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var topic: String
    package var partition: Int32

    package init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    package var description: String { "\(topic)[\(partition)]" }

    /// Of a topic's name only its length: a program has few topics, and looks them up for each record.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(topic.utf8.count << 32 | Int(partition))
    }

    package static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }
}

/// A message to publish.
package struct Message: Sendable {
    package var topic: String
    /// From ``Partitioner``: the tenant's, whatever the key.
    package var partition: Int32
    package var key: String
    /// Nil is a tombstone: in a compact topic it removes the key.
    package var value: Bytes?

    package init(topic: String, partition: Int32, key: String, value: Bytes?) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
    }
}

/// A message as a consumer receives it.
package struct Delivery: Sendable {
    package var topic: String
    package var partition: Int32
    package var offset: Int64
    /// When the log appended it.
    package var timestamp: Timestamp
    package var key: Bytes?
    package var value: Bytes?

    package init(
        topic: String,
        partition: Int32,
        offset: Int64,
        timestamp: Timestamp,
        key: Bytes?,
        value: Bytes?
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
    }

    package var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }
    /// The key as text; nil where there is none or it is not UTF-8.
    package var keyText: String? { key.flatMap { String(validating: $0, as: UTF8.self) } }

    /// The value of a topic whose messages are JSON. Nil for a tombstone, and for what does not decode, which readers pass
    /// over: it is a newer version's, or nobody's.
    package func decoded<Value: Decodable>(as type: Value.Type = Value.self) -> Value? {
        value.flatMap { try? JSONDecoder().decode(type, from: Data($0)) }
    }
}
