import Messaging
import RDKafka

extension KafkaClient {
    /// The offsets that partitions hold now: the first one, and the one after the last that this client may see.
    ///
    /// A partition without a leader, as one of a new topic is for a moment, is asked again until the deadline.
    func ranges(
        of partitions: [KafkaPartition],
        until deadline: Deadline
    ) throws(KafkaError) -> [KafkaPartition: Range<Int64>] {
        while true {
            do {
                let wait = max(1000, deadline.milliseconds(atMost: 10_000))
                let first = try offsets(at: KafkaOffset.beginning, of: partitions, milliseconds: wait)
                let end = try offsets(at: KafkaOffset.end, of: partitions, milliseconds: wait)
                var ranges: [KafkaPartition: Range<Int64>] = [:]
                for (partition, low) in first where low >= 0 {
                    ranges[partition] = low..<max(low, end[partition] ?? low)
                }
                return ranges
            } catch {
                guard case .unavailable = error.asMessagingError, !deadline.isOver else { throw error }
                try poll(milliseconds: 50)
            }
        }
    }
}
