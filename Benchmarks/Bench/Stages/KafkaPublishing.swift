import Foundation
import Logging
import Messaging
import RDKafka
import Transports

/// Pages to a broker process: librdkafka's mock cluster, which keeps what it gets in memory.
enum KafkaPublishing {
    private static let partitions = TicketRead.partitions

    @Sendable
    static func run(_ workload: Workload) async throws -> [Measurement] {
        guard let path = workload.options.mockBroker else { return [] }
        var read = try TicketRead(workload.connection)
        let pages = try workload.pages.map { try read.messages(of: $0) }
        let topics = Set(pages.joined().map(\.topic)).sorted()
        let broker = try BrokerProcess(path, topics: topics, partitions: partitions, in: workload)
        defer { broker.stop() }
        let laps = try await Race.run(workload.options.repetitions) {
            try await publish(pages, topics, to: broker.servers)
        } reference: {
            try await produce(pages, topics, to: broker.servers)
        }
        return [
            Measurement(
                "publish to a mock broker, transactions",
                "records",
                count: pages.reduce(0) { $0 + $1.count },
                bytes: pages.joined().reduce(0) { $0 + ($1.value?.count ?? 0) },
                laps,
                comparedWith: "rd_kafka_produce without transactions"
            )
        ]
    }

    private static func publish(_ pages: [[Message]], _ topics: [String], to servers: String) async throws -> Lap {
        let settings = KafkaSettings(brokers: [servers], partitions: partitions, replication: 1)
        let transport = try KafkaTransport(settings, logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
        try await transport.prepare(
            topics.map { TopicSpecification(name: $0, cleanup: .delete, retention: nil, maxMessageBytes: 8 << 20) }
        )
        let producer = try await transport.producer(.transactional(id: UUID().uuidString))
        let lap = try await Lap.time {
            for page in pages { try await producer.publish(page) }
        }
        await producer.close()
        await transport.close()
        return lap
    }

    /// The same messages in one stream, waited for once at the end.
    private static func produce(_ pages: [[Message]], _ topics: [String], to servers: String) async throws -> Lap {
        let properties = [
            "bootstrap.servers": servers, "acks": "all", "linger.ms": "5", "compression.codec": "lz4",
            "message.max.bytes": "\(9 << 20)", "queue.buffering.max.kbytes": "\(64 << 10)",
        ]
        let client = try KafkaClient(.producer, KafkaConfiguration(properties) { _ in })
        try client.openTopics(topics)
        let lap = try await Lap.time {
            for message in pages.joined() {
                while try !client.produce(
                    topic: message.topic,
                    partition: message.partition,
                    key: message.key,
                    value: message.value
                ) {
                    try client.poll(milliseconds: 10)
                }
                try client.poll(milliseconds: 0)
            }
            try client.flush(milliseconds: 60_000)
        }
        client.close()
        if let failure = client.deliveryFailure { throw BenchError("not delivered: \(failure.error)") }
        return lap
    }
}

/// A `mock-broker` that ends with this process at the latest.
private final class BrokerProcess {
    let servers: String
    private let process = Process()
    private let input = Pipe()

    init(_ path: String, topics: [String], partitions: Int32, in workload: Workload) throws {
        let file = workload.path("topics")
        try topics.map { "\($0) \(partitions)\n" }.joined().write(toFile: file, atomically: true, encoding: .utf8)
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["--until-stdin-ends", "--topics-file", file]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n") {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw BenchError("mock-broker has ended") }
            line += more
        }
        servers = String(decoding: line.dropLast(), as: UTF8.self)
    }

    /// Ends its input: a signal would not reach it, since the threads that Swift's tasks run on have signals blocked
    /// and what they start inherits that.
    func stop() {
        // It ends with its input in any case, at the latest when this process ends.
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
