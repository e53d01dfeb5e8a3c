import Messaging
import Model

/// Which messages a log may drop. What a group of the log has not committed is never among them.
struct RetentionRule {
    /// How long records stay that every group has committed.
    let keep: Duration

    /// How long a tombstone stays: readers that follow a compact topic see it within that time.
    static let tombstones = Duration.days(1)

    /// Messages below an offset and, where given, older than a time.
    struct Limit: Equatable {
        var below: Int64
        var before: Timestamp?
    }

    /// What may go now; nil for nothing.
    /// - Parameters:
    ///   - done: the lowest offset that the log's groups have still to do; nil where it has no group.
    ///   - isPressed: there is no room: records go before ``keep`` has passed, but only those that all groups have done.
    func limit(of log: LogRow, done: Int64?, at now: Timestamp, isPressed: Bool) -> Limit? {
        let limit: Limit
        if Self.holdsRecords(log.topic) {
            // Without a group nothing is loaded yet: age alone drops no record.
            guard let done else { return nil }
            limit = Limit(below: min(done, log.next), before: isPressed ? nil : now - keep)
        } else {
            guard let retention = log.retention else { return nil }
            limit = Limit(below: min(done ?? log.next, log.next), before: now - retention)
        }
        return limit.below > log.start ? limit : nil
    }

    /// True for the topics whose messages are kept until loaded, and for a while after, instead of for a fixed time.
    static func holdsRecords(_ topic: String) -> Bool {
        let namespace = topic.split(separator: ".", maxSplits: 1).first.flatMap { Namespace(rawValue: String($0)) }
        return namespace?.stream(ofRecordTopic: topic) != nil
    }
}
