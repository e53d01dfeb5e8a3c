import Messaging
import Model

/// What a behaviour works with: an open transport, its names, and steps that many behaviours share.
struct ConformanceScene: Sendable {
    let harness: any TransportHarness
    let transport: any Transport
    let isDense: Bool

    var namespace: Namespace { harness.namespace }
    var tickets: String { namespace.records(.support, "tickets") }
    var users: String { namespace.records(.support, "users") }
    var group: String { namespace.loaderGroup }

    /// Creates the topics of two streams, and the service topics.
    func prepare(_ transport: (any Transport)? = nil) async throws {
        try await (transport ?? self.transport).prepare(
            [namespace.recordTopic(.support, "tickets"), namespace.recordTopic(.support, "users")]
                + namespace.serviceTopics
        )
    }

    func message(_ topic: String, _ key: String, _ value: String?, partition: Int32 = 0) -> Message {
        Message(topic: topic, partition: partition, key: key, value: value.map { Array($0.utf8)[...] })
    }

    /// Messages `name-0`, `name-1`, ... each with its own name as key and value.
    func messages(_ topic: String, _ name: String, _ count: Int, partition: Int32 = 0) -> [Message] {
        (0..<count).map { message(topic, "\(name)-\($0)", "\(name)-\($0)", partition: partition) }
    }

    /// Publishes with a producer of its own.
    func publish(_ messages: [Message], on transport: (any Transport)? = nil, id: String = "publisher") async throws {
        let identity = ProducerIdentity.transactional(id: "\(namespace)/\(id)")
        let producer = try await (transport ?? self.transport).producer(identity)
        try await producer.publish(messages)
        await producer.close()
    }

    /// All that a topic holds, by partition and offset.
    func contents(
        of topic: String,
        partitions: [Int32]? = nil,
        from starts: [Int32: Int64] = [:],
        on transport: (any Transport)? = nil
    ) async throws -> [Delivery] {
        let reader = try await (transport ?? self.transport).reader(of: topic, partitions: partitions, from: starts)
        let deliveries = try await rest(of: reader)
        await reader.close()
        return deliveries
    }

    func rest(of reader: any MessageReader) async throws -> [Delivery] {
        var deliveries: [Delivery] = []
        while let some = try await reader.next(atMost: 7) { deliveries += some }
        return deliveries.sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) }
    }

    /// Receives until `count` deliveries are there, at most ten minutes.
    func receive(_ count: Int, from consumer: any MessageConsumer) async throws -> Received {
        var received = Received()
        let deadline = ContinuousClock.now + .seconds(600)
        while received.deliveries.count < count {
            guard ContinuousClock.now < deadline else {
                throw UnmetExpectation("received \(received.deliveries.count) of \(count) messages in ten minutes")
            }
            received.add(try await consumer.receive(atMost: 100, bytes: 1 << 20, within: .seconds(2)))
        }
        return received
    }

    /// Receives until an assignment holds a partition of each topic, at most ten minutes.
    func assignment(of topics: [String], from consumer: any MessageConsumer) async throws -> Received {
        var received = Received()
        let deadline = ContinuousClock.now + .seconds(600)
        while !Set(received.starts.keys.map(\.topic)).isSuperset(of: topics) {
            guard ContinuousClock.now < deadline else {
                throw UnmetExpectation("no assignment of \(topics) in ten minutes")
            }
            received.add(try await consumer.receive(atMost: 100, bytes: 1 << 20, within: .seconds(1)))
        }
        return received
    }
}

/// Receptions taken together.
struct Received: Sendable {
    var starts: [TopicPartition: Assignment.Start] = [:]
    var numbers: [Int] = []
    var deliveries: [Delivery] = []

    mutating func add(_ reception: Reception) {
        if let assignment = reception.assignment {
            starts = assignment.starts
            numbers.append(assignment.number)
            // As the contract asks: what is in hand from a start on comes again.
            deliveries.removeAll { $0.offset >= assignment.starts[$0.topicPartition]?.offset ?? .max }
        }
        deliveries += reception.deliveries
    }

    /// The keys as they came.
    var keys: [String] { deliveries.map(\.name) }
}

extension Delivery {
    /// The key as text, for comparison.
    var name: String { keyText ?? "not UTF-8" }
    var text: String? { value.map { String(decoding: $0, as: UTF8.self) } }
}
