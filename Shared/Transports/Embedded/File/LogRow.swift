import GRDB
import Messaging
import Model

/// One partition of one topic, as the file has it.
struct LogRow: Sendable {
    let id: Int64
    let topic: String
    let partition: Int32
    /// The first offset that the log still has.
    var start: Int64
    /// The offset of the next message.
    var next: Int64
    var lastTimestamp: Timestamp
    /// Below it, a compact log holds each key once.
    var compactedTo: Int64
    var cleanup: TopicSpecification.Cleanup
    var retention: Duration?
    var maxMessageBytes: Int

    var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }

    /// Makes the topics that are missing.
    /// - Throws: ``MessagingError/topicContradicts(topic:problem:)`` where one has another clean-up.
    static func prepare(_ topics: [TopicSpecification], partitions: Int32, in db: Database) throws {
        let known = try db.cachedStatement(sql: "SELECT cleanup FROM topics WHERE name = ?")
        // How long and how large follow the binary: no message is the worse for it.
        let write = try db.cachedStatement(
            sql: """
                INSERT INTO topics (name, cleanup, retention, max_message_bytes) VALUES (?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE
                SET retention = excluded.retention, max_message_bytes = excluded.max_message_bytes
                """
        )
        let begin = try db.cachedStatement(
            sql: """
                WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?)
                INSERT INTO logs (topic, partition) SELECT id, n FROM topics, numbers WHERE name = ?
                """
        )
        for topic in topics {
            let cleanup = try String.fetchOne(known, arguments: [topic.name])
            if let cleanup, cleanup != topic.cleanup.rawValue {
                throw MessagingError.topicContradicts(
                    topic: topic.name,
                    problem: "its clean-up is \(cleanup), not \(topic.cleanup.rawValue)"
                )
            }
            try write.execute(arguments: [
                topic.name, topic.cleanup.rawValue, topic.retention?.wholeMicroseconds, topic.maxMessageBytes,
            ])
            if cleanup == nil { try begin.execute(arguments: [partitions, topic.name]) }
        }
    }
}
