import Messaging
import RDKafka

extension KafkaClient {
    /// The offsets that partitions hold now: the first one, and the one after the last that this client may see.
    ///
    /// Partitions that have no leader, whose leader died or does not know of them yet, as of a topic just made, are asked
    /// again until the deadline.
    func ranges(
        of partitions: [KafkaPartition],
        until deadline: Deadline
    ) throws(KafkaError) -> [KafkaPartition: Range<Int64>] {
        while true {
            do {
                let wait = max(1000, deadline.milliseconds(atMost: 5000))
                let first = try offsets(at: KafkaOffset.beginning, of: partitions, milliseconds: wait)
                let end = try offsets(at: KafkaOffset.end, of: partitions, milliseconds: wait)
                var ranges: [KafkaPartition: Range<Int64>] = [:]
                for (partition, low) in first where low >= 0 {
                    ranges[partition] = low..<max(low, end[partition] ?? low)
                }
                return ranges
            } catch {
                guard error.mayPassOfPartitions, !deadline.isOver, !Task.isCancelled else { throw error }
                // The library goes on asking the leaders that it knows of, also where these are gone.
                _ = try? metadata(milliseconds: 1000)  // the next question says what is wrong
                try poll(milliseconds: 50)
            }
        }
    }
}

extension KafkaError {
    /// That partitions which the cluster has named may be known to their leader a moment later.
    fileprivate var mayPassOfPartitions: Bool {
        switch code {
        case .unknownTopicOrPartition, .unknownTopic, .unknownPartition: return true
        default:
            guard case .unavailable = asMessagingError else { return false }
            return true
        }
    }
}
