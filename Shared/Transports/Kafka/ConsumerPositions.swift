import Messaging

/// Where a consumer stands in each partition that it holds. It decides where to start and what is a gap.
struct ConsumerPositions: Sendable {
    /// As the assignment in force says.
    private(set) var starts: [TopicPartition: Assignment.Start] = [:]
    /// The offset that the next delivery is at or after.
    private(set) var next: [TopicPartition: Int64] = [:]
    /// The log's end where everything before it has been delivered. Without it a transaction's own marker, which is
    /// never delivered, would look like a message to come.
    private var reached: [TopicPartition: Int64] = [:]

    /// Where to begin in a partition.
    /// - Parameters:
    ///   - committed: the group's offset; nil where there is none.
    ///   - log: the first offset that the log has, and the one after its last.
    static func start(committed: Int64?, log: Range<Int64>) -> Assignment.Start {
        guard let committed else { return Assignment.Start(offset: log.lowerBound) }
        if committed < log.lowerBound {
            return Assignment.Start(offset: log.lowerBound, gap: committed..<log.lowerBound)
        }
        // Beyond the end: this is another log of the same name. What of it is a repeat the loader's positions know.
        if committed > log.upperBound { return Assignment.Start(offset: log.lowerBound) }
        return Assignment.Start(offset: committed)
    }

    /// Takes new partitions in place of all former ones.
    mutating func assign(_ starts: [TopicPartition: Assignment.Start]) {
        self.starts = starts
        next = starts.mapValues(\.offset)
        reached = [:]
    }

    /// The log no longer has the next offset of a partition, or does not have it yet.
    mutating func move(_ partition: TopicPartition, log: Range<Int64>) {
        guard let position = next[partition] else { return }
        let start = Self.start(committed: position, log: log)
        starts[partition] = start
        next[partition] = start.offset
        reached[partition] = nil
    }

    /// - Returns: whether the message is one to hand on.
    mutating func deliver(_ partition: TopicPartition, offset: Int64) -> Bool {
        guard let position = next[partition], offset >= position else { return false }
        next[partition] = offset + 1
        return true
    }

    mutating func reach(_ partition: TopicPartition, end: Int64) {
        reached[partition] = end
    }

    mutating func seek(_ partition: TopicPartition, to offset: Int64) {
        next[partition] = offset
        reached[partition] = nil
    }

    /// The log's bounds as the consumer sees them: the end is the offset after the last message, as far as it knows.
    func bounds(of partition: TopicPartition, log: Range<Int64>) -> Range<Int64> {
        guard reached[partition] == log.upperBound, let position = next[partition] else { return log }
        return log.lowerBound..<max(log.lowerBound, min(position, log.upperBound))
    }
}
