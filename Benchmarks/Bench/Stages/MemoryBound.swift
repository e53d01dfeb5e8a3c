import Foundation
import Messaging
import Model
import Transports
import Work

/// `deskpipe loader` over logs of odd records: what it has resident may not exceed twice the batch's bytes and a
/// constant, whatever arrives.
enum MemoryBound {
    /// `batch.bytes`, as it is by default.
    private static let batchBytes = 16 << 20
    /// The program with its libraries, a reception, and one record of 4 MB on its way through them.
    private static let constant = 112 << 20
    static let bound = 2 * batchBytes + constant

    /// Records of one shape.
    private struct Shape {
        var name: String
        var count: Int
        /// Appends the members of a record behind its id.
        var members: @Sendable (Int, inout [UInt8]) -> Void
    }

    private static let shapes = [
        Shape(name: "small records", count: 200_000) { _, json in json += #","name":"a""#.utf8 },
        Shape(name: "records of 4 MB", count: 12) { number, json in
            json += #","description":""#.utf8
            json += repeatElement(UInt8(ascii: "a") + UInt8(number % 26), count: 4_000_000)
            json.append(UInt8(ascii: "\""))
        },
        Shape(name: "records of 400 columns", count: 8000) { number, json in
            for column in 0..<400 { json += ",\"c\(column)\":\"\(number)\"".utf8 }
        },
        Shape(name: "records of 2,000 sub-rows", count: 400) { number, json in
            json += #","entries":["#.utf8
            for entry in 0..<2000 { json += "\(entry > 0 ? "," : "")\"entry \(number)\"".utf8 }
            json.append(UInt8(ascii: "]"))
        },
    ]

    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        guard let program = workload.options.deskpipe else { return [] }
        var lines: [any TableLine] = []
        for shape in shapes {
            let messages = Self.messages(of: shape, workload.connection)
            for destination in destinations(workload) {
                let directory = workload.path("memory")
                try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
                let log = "\(directory)/log.sqlite"
                try await fill(log, messages, workload.connection)
                let configuration = "\(directory)/deskpipe.yaml"
                let text = """
                    namespace: \(Workload.namespace)
                    transport: embedded:\(log)
                    destination: \(destination == "SQLite" ? "sqlite:\(directory)/warehouse" : destination)
                    connections: []

                    """
                try text.write(toFile: configuration, atomically: true, encoding: .utf8)
                let watched = try await WatchedProcess.run(
                    [program, "loader", "--until-idle", "--config", configuration],
                    environment: [:]
                )
                try FileManager.default.removeItem(atPath: directory)
                try dropSchema(workload)
                let name = destination == "SQLite" ? destination : "PostgreSQL"
                lines.append(
                    Count(
                        line: "loader of \(Figures.number(Double(shape.count))) \(shape.name), \(name), peak",
                        unit: "MB resident",
                        ours: Double(watched.peakBytes) / 1_000_000,
                        comparedWith: "its bound: 2 x batch.bytes + 112 MiB",
                        most: Double(bound) / 1_000_000,
                        details: [
                            "peak_anonymous_bytes": Double(watched.peakAnonymousBytes),
                            "seconds": watched.lap.seconds, "processor_seconds": watched.lap.processorSeconds,
                        ]
                    )
                )
            }
        }
        return lines
    }

    private static func destinations(_ workload: Workload) -> [String] {
        ["SQLite"] + [workload.options.postgres].compactMap(\.self)
    }

    private static func dropSchema(_ workload: Workload) throws {
        guard let url = workload.options.postgres else { return }
        try CommandRun.run(
            ["psql", "-X", "-q", "-d", url, "-c", "DROP SCHEMA IF EXISTS \(workload.connection.schema) CASCADE"]
        )
    }

    private static func messages(of shape: Shape, _ connection: ConnectionDefinition) -> [Message] {
        let time = Timestamp(seconds: 1_780_000_000)
        let envelope = EventEnvelope(
            type: .upsert,
            connection: connection.key,
            stream: "macros",
            subject: nil,
            time: time,
            sequence: 0,
            tableVersion: 1,
            run: RunID(at: time, randomness: (1, 2))
        )
        let encoder = EventEncoder(envelope)
        let topic = Workload.namespace.records(.support, "macros")
        let partition = Partitioner.partition(of: connection.tenant, partitions: TicketRead.partitions)
        return (0..<shape.count).map { number in
            var value: [UInt8] = []
            encoder.append(subject: "\(number)", sequence: Int64(number + 1), to: &value) { json in
                json += "{\"id\":\(number)".utf8
                shape.members(number, &json)
                json.append(UInt8(ascii: "}"))
            }
            let key = MessageKey.record(connection.key, "\(number)")
            return Message(topic: topic, partition: partition, key: key, value: value[...])
        }
    }

    /// Makes a log with a connection and its records.
    private static func fill(_ path: String, _ messages: [Message], _ connection: ConnectionDefinition) async throws {
        let transport = try EmbeddedTransport(path: path)
        try await transport.prepare(
            Workload.namespace.serviceTopics + [Workload.namespace.recordTopic(.support, "macros")]
        )
        let producer = try await transport.producer(.idempotent)
        let definition = Message(
            topic: Workload.namespace.connections,
            partition: Partitioner.partition(of: connection.tenant, partitions: TicketRead.partitions),
            key: "\(connection.key)",
            value: Array(try JSONEncoder().encode(connection))[...]
        )
        try await producer.publish([definition])
        var rest = messages[...]
        while !rest.isEmpty {
            try await producer.publish(Array(rest.prefix(1000)))
            rest = rest.dropFirst(1000)
        }
        await producer.close()
        await transport.close()
    }
}
