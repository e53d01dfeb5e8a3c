import Messaging
import Model

/// The log as both transports promise it: a publication of a transactional producer is there whole or not at all, an
/// older producer of the same name is fenced, and what is there stays in its order.
struct SimulatedLog {
    enum Fault: Error {
        case fenced
        /// Nothing was published.
        case unavailable
        /// All of it was published, but nobody was told.
        case answerLost
    }

    static let partitionCount: Int32 = 4

    private(set) var deliveries: [TopicPartition: [Delivery]] = [:]
    /// Of the loaders' group.
    private(set) var committed: [TopicPartition: Int64] = [:]
    private var epochs: [String: Int] = [:]

    /// Initialises a producer: older ones of its name are fenced.
    mutating func producer(_ id: String) -> Int {
        epochs[id, default: 0] += 1
        return epochs[id] ?? 0
    }

    mutating func publish(
        _ messages: [Message],
        by id: String,
        epoch: Int,
        at now: Timestamp,
        fault: Fault? = nil
    ) throws(Fault) {
        guard epochs[id] == epoch else { throw .fenced }
        if let fault, case .unavailable = fault { throw fault }
        append(messages, at: now)
        if let fault { throw fault }
    }

    /// Publishes without a transaction: reports.
    mutating func append(_ messages: [Message], at now: Timestamp) {
        for message in messages {
            let place = TopicPartition(topic: message.topic, partition: message.partition)
            let delivery = Delivery(
                topic: message.topic,
                partition: message.partition,
                offset: end(of: place),
                timestamp: now,
                key: Array(message.key.utf8)[...],
                value: message.value
            )
            deliveries[place, default: []].append(delivery)
        }
    }

    func end(of place: TopicPartition) -> Int64 { Int64(deliveries[place]?.count ?? 0) }

    /// At most so many deliveries from an offset on.
    func read(_ place: TopicPartition, from offset: Int64, atMost count: Int) -> ArraySlice<Delivery> {
        deliveries[place]?.dropFirst(Int(offset)).prefix(count) ?? []
    }

    /// The newest value of each key that begins so.
    func newest(_ topic: String, _ partition: Int32, prefix: String) -> [String: Bytes] {
        var newest: [String: Bytes] = [:]
        for delivery in deliveries[TopicPartition(topic: topic, partition: partition)] ?? [] {
            guard let key = delivery.keyText, key.hasPrefix(prefix) else { continue }
            newest[String(key.dropFirst(prefix.count))] = delivery.value
        }
        return newest
    }

    /// - Throws: ``Violation`` for a commit that goes back.
    mutating func commit(_ offsets: [TopicPartition: Int64]) throws {
        for (place, offset) in offsets {
            try demand(offset <= end(of: place), "\(place): \(offset) is committed, beyond the end")
            committed[place] = offset
        }
    }
}
