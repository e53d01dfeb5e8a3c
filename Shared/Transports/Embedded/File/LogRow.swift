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

    private static let columns = """
        SELECT logs.id, name, partition, start_offset, next_offset, last_timestamp, compacted_to, cleanup, retention,
            max_message_bytes
        FROM topics JOIN logs ON logs.topic = topics.id
        """

    /// The logs of a topic, by partition; none for a topic that does not exist.
    static func all(of topic: String, in db: Database) throws -> [LogRow] {
        let statement = try db.cachedStatement(sql: "\(columns) WHERE name = ? ORDER BY partition")
        return try Row.fetchAll(statement, arguments: [topic]).map(LogRow.init)
    }

    static func all(in db: Database) throws -> [LogRow] {
        try Row.fetchAll(try db.cachedStatement(sql: "\(columns) ORDER BY logs.id")).map(LogRow.init)
    }

    static func one(_ partition: TopicPartition, in db: Database) throws -> LogRow? {
        let statement = try db.cachedStatement(sql: "\(columns) WHERE name = ? AND partition = ?")
        return try Row.fetchOne(statement, arguments: [partition.topic, partition.partition]).map(LogRow.init)
    }

    /// Makes the topics that are missing.
    /// - Throws: ``MessagingError/topicContradicts(topic:problem:)`` where one has another clean-up.
    static func prepare(_ topics: [TopicSpecification], partitions: Int32, in db: Database) throws {
        for topic in topics {
            let cleanup = try String.fetchOne(
                db,
                sql: "SELECT cleanup FROM topics WHERE name = ?",
                arguments: [topic.name]
            )
            if let cleanup, cleanup != topic.cleanup.rawValue {
                throw MessagingError.topicContradicts(
                    topic: topic.name,
                    problem: "its clean-up is \(cleanup), not \(topic.cleanup.rawValue)"
                )
            }
            // How long and how large follow the binary: no message is the worse for it.
            try db.execute(
                sql: """
                    INSERT INTO topics (name, cleanup, retention, max_message_bytes) VALUES (?, ?, ?, ?)
                    ON CONFLICT (name) DO UPDATE
                    SET retention = excluded.retention, max_message_bytes = excluded.max_message_bytes
                    """,
                arguments: [
                    topic.name, topic.cleanup.rawValue, topic.retention?.wholeMicroseconds, topic.maxMessageBytes,
                ]
            )
            if cleanup == nil {
                for partition in 0..<partitions {
                    try db.execute(
                        sql: "INSERT INTO logs (topic, partition) SELECT id, ? FROM topics WHERE name = ?",
                        arguments: [partition, topic.name]
                    )
                }
            }
        }
    }
}

extension LogRow {
    fileprivate init(_ row: Row) {
        id = row[0]
        topic = row[1]
        partition = row[2]
        start = row[3]
        next = row[4]
        lastTimestamp = Timestamp(microseconds: row[5])
        compactedTo = row[6]
        cleanup = TopicSpecification.Cleanup(rawValue: row[7]) ?? .delete
        retention = (row[8] as Int64?).map { .microseconds($0) }
        maxMessageBytes = row[9]
    }
}
