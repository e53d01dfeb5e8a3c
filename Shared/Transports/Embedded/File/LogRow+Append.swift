import GRDB
import Messaging
import Model

extension LogRow {
    /// Appends messages to their logs; all checks come before the first write.
    /// - Parameter admit: throws where the file may not grow by so many bytes.
    static func append(
        _ messages: [Message],
        at now: Timestamp,
        in db: Database,
        admit: (Int64) throws -> Void
    ) throws {
        var logs: [TopicPartition: LogRow] = [:]
        var ids: [MessageID] = []
        var timestamps: [Timestamp] = []
        ids.reserveCapacity(messages.count)
        timestamps.reserveCapacity(messages.count)
        var sum: Int64 = 0
        for message in messages {
            let partition = TopicPartition(topic: message.topic, partition: message.partition)
            var log = try logs[partition] ?? existing(partition, in: db)
            let bytes = message.key.utf8.count + (message.value?.count ?? 0)
            guard bytes <= log.maxMessageBytes else {
                throw MessagingError.tooLarge(topic: message.topic, bytes: bytes)
            }
            guard log.next < MessageID.maxOffset else {
                throw MessagingError.refused(call: "publish", reason: "\(partition) has no more offsets")
            }
            log.lastTimestamp = max(log.lastTimestamp, now)
            ids.append(MessageID(log: log.id, offset: log.next))
            timestamps.append(log.lastTimestamp)
            log.next += 1
            logs[partition] = log
            sum += Int64(bytes) + rowOverhead
        }
        try admit(sum)
        try MessageRows.insert(messages, ids: ids, timestamps: timestamps, in: db)
        let update = try db.cachedStatement(sql: "UPDATE logs SET next_offset = ?, last_timestamp = ? WHERE id = ?")
        for log in logs.values {
            try update.execute(arguments: [log.next, log.lastTimestamp.microseconds, log.id])
        }
    }

    /// What a message takes beside its key and value, generously.
    private static let rowOverhead: Int64 = 64

    private static func existing(_ partition: TopicPartition, in db: Database) throws -> LogRow {
        guard let log = try one(partition, in: db) else {
            throw MessagingError.refused(call: "publish", reason: "there is no \(partition)")
        }
        return log
    }
}
