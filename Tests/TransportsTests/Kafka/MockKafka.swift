import Foundation
import Logging
import Messaging
import Model
import TestSupport
import Transports

/// A transport over a `mock-broker` of its own. The mock cannot create topics by request, and creates those that
/// someone subscribes to: so `prepare` has topics made by command first, and until then they are declared absent.
struct MockKafka: Transport {
    let broker: MockBrokerProcess
    let transport: KafkaTransport

    init(_ broker: MockBrokerProcess, change: (inout KafkaSettings) -> Void = { _ in }) throws {
        var settings = KafkaSettings(brokers: broker.bootstrapServers, partitions: 4, replication: 1)
        change(&settings)
        self.broker = broker
        transport = try KafkaTransport(settings, logger: .quiet)
    }

    init(brokers: Int = 1, change: (inout KafkaSettings) -> Void = { _ in }) throws {
        try self.init(try MockBrokerProcess(brokers: brokers), change: change)
    }

    var partitions: Int32 { transport.partitions }

    func prepare(_ topics: [TopicSpecification]) async throws {
        for topic in topics { try await broker.perform("topic \(topic.name) \(partitions)") }
        try await transport.prepare(topics)
    }

    func producer(_ identity: ProducerIdentity) async throws -> any MessageProducer {
        try await transport.producer(identity)
    }

    func consumer(group: String, topics: [String]) async throws -> any MessageConsumer {
        for topic in topics { try await broker.perform("absent \(topic) \(partitions)") }
        return try await transport.consumer(group: group, topics: topics)
    }

    func reader(of topic: String, partitions: [Int32]?, from: [Int32: Int64]) async throws -> any MessageReader {
        try await transport.reader(of: topic, partitions: partitions, from: from)
    }

    func close() async {
        await transport.close()
    }

    func tearDown() async {
        await transport.close()
        await broker.stop()
    }
}

/// The conformance suite's mock broker. It isolates, fences and keeps nothing; a new process is a log made anew.
actor MockKafkaHarness: TransportHarness {
    static let capabilities: Set<TransportCapability> = [.denseOffsets, .recreation]

    nonisolated let namespace = testNamespace("conformance")
    private var open: MockKafka?

    func open() async throws -> any Transport {
        let kafka = try MockKafka()
        open = kafka
        return kafka
    }

    func recreate(_ former: any Transport) async throws -> any Transport {
        await tearDown()
        return try await open()
    }

    func tearDown() async {
        await open?.tearDown()
        open = nil
    }
}

/// A namespace by a name that is known to be one.
func testNamespace(_ name: String) -> Namespace {
    guard let namespace = Namespace(rawValue: name) else { preconditionFailure("\(name) is no namespace") }
    return namespace
}

extension Logger {
    /// For tests that look at no log.
    static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

extension Transport {
    /// All that a topic holds, in order of partition and offset.
    func contents(of topic: String) async throws -> [Delivery] {
        let reader = try await reader(of: topic, partitions: nil, from: [:])
        var deliveries: [Delivery] = []
        while let some = try await reader.next(atMost: 100) { deliveries += some }
        await reader.close()
        return deliveries.sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) }
    }
}

extension MessageConsumer {
    /// Receives until the condition holds of all receptions so far, at most ten minutes.
    func receive(until isEnough: ([Reception]) -> Bool) async throws -> [Reception] {
        var receptions: [Reception] = []
        let deadline = ContinuousClock.now + .seconds(600)
        while !isEnough(receptions) {
            guard ContinuousClock.now < deadline else { throw MockBrokerFault("not received in ten minutes") }
            receptions.append(try await receive(atMost: 100, bytes: 1 << 20, within: .seconds(1)))
        }
        return receptions
    }
}

extension [Reception] {
    var deliveries: [Delivery] { flatMap(\.deliveries) }
    /// The last assignment told.
    var assignment: Assignment? { last { $0.assignment != nil }?.assignment }
}

/// Messages `name-0`, `name-1`, ... with their name as value.
func testMessages(_ topic: String, _ name: String, _ count: Int, partition: Int32 = 0) -> [Message] {
    (0..<count).map {
        Message(topic: topic, partition: partition, key: "\(name)-\($0)", value: Array("\(name)-\($0)".utf8)[...])
    }
}
