import Messaging
import Synchronization

/// The topics that were prepared in this process, with the most that a message of each may have.
final class KnownTopics: Sendable {
    private let limits = Mutex<[String: Int]>([:])

    func add(_ topics: [TopicSpecification]) {
        limits.withLock { limits in
            for topic in topics { limits[topic.name] = topic.maxMessageBytes }
        }
    }

    var names: [String] { limits.withLock { $0.keys.sorted() } }

    /// Refuses what the broker would refuse only after the batch was sent. The limit counts the batch that holds the
    /// message alone, uncompressed.
    func check(_ messages: [Message]) throws(MessagingError) {
        let limits = limits.withLock { $0 }
        for message in messages {
            let bytes = message.key.utf8.count + (message.value?.count ?? 0)
            if bytes + Self.batchOverhead > limits[message.topic] ?? Namespace.maxRecordMessageBytes {
                throw .tooLarge(topic: message.topic, bytes: bytes)
            }
        }
    }

    /// Bytes of a batch's header, and of a record's beside its key and value, rounded up.
    /// Source: https://kafka.apache.org/documentation/#recordbatch
    private static let batchOverhead = 128
}
