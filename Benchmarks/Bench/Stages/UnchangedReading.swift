import Catalog
import Destinations
import Foundation
import LibPQ
import Loader
import Logging
import Messaging
import Model
import Work

/// What a full read costs PostgreSQL when nothing has changed: bytes of its write-ahead log for 20,000 tags, whose
/// table a read replaces, and for 20,000 groups, whose unchanged rows stay as they are.
enum UnchangedReading {
    private static let count = 20_000

    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        guard let url = workload.options.postgres, let parameters = PQURL.parameters(of: url) else { return [] }
        let session = try PQConnection(parameters: parameters)
        var lines: [any TableLine] = []
        for stream in [Support.tags, Support.groups] {
            let bytes = try await reads(of: stream, workload, url, session)
            try session.execute("DROP SCHEMA \(workload.connection.schema) CASCADE")
            let name = "second read of 20,000 \(stream.name) (\(stream.schema.replication.rawValue)), nothing new"
            lines.append(
                Count(
                    line: name,
                    unit: "bytes of WAL/row",
                    ours: Double(bytes[1]) / Double(count),
                    reference: Double(bytes[0]) / Double(count),
                    comparedWith: "the first read"
                )
            )
        }
        return lines
    }

    /// Reads a stream twice.
    /// - Returns: the bytes of the log that each read added.
    private static func reads(
        of stream: StreamDefinition,
        _ workload: Workload,
        _ url: String,
        _ session: PQConnection
    ) async throws -> [Int64] {
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let destination = try DestinationKind.open(DestinationSettings(url: url), logger: logger)
        let connection = workload.connection
        let schema = try await destination.open(connection.schema, owner: DestinationLoad.owner(of: connection))
        var builder = BatchBuilder(
            catalogue: [stream.name: stream.schema],
            catalog: SchemaCatalog(),
            filter: PositionFilter()
        )
        var bytes: [Int64] = []
        for read in 0..<2 {
            let deliveries = try Self.deliveries(of: stream, connection, read: read)
            // Pages that were not written since a checkpoint are logged whole, which says nothing about the rows.
            try session.execute("CHECKPOINT")
            let before = try position(session)
            let plans = try LoadPlans.plans(deliveries, &builder, connection)
            try await DestinationLoad.load(plans, into: schema, connection)
            bytes.append(try position(session) - before)
        }
        await schema.close()
        await destination.close()
        return bytes
    }

    private static func position(_ session: PQConnection) throws -> Int64 {
        try session.execute("SELECT pg_current_wal_lsn() - '0/0'").integer(0, 0) ?? 0
    }

    /// The records of a read, then the event that completes it.
    private static func deliveries(
        of stream: StreamDefinition,
        _ connection: ConnectionDefinition,
        read: Int
    ) throws -> [Delivery] {
        let time = Timestamp(seconds: 1_780_000_000 + Int64(read))
        var envelope = EventEnvelope(
            type: .upsert,
            connection: connection.key,
            stream: stream.name,
            subject: nil,
            time: time,
            sequence: 0,
            tableVersion: time.milliseconds,
            run: RunID(at: time, randomness: (1, 2))
        )
        let topic = Workload.namespace.records(.support, stream.name)
        let first = Int64(read) * Int64(count + 1)
        let key = stream.schema.key.first ?? "id"
        func delivery(_ key: String, _ number: Int, _ data: [UInt8]) -> Delivery {
            var value: [UInt8] = []
            EventEncoder(envelope).append(subject: key, sequence: time.nanoseconds + Int64(number), to: &value) {
                $0 += data
            }
            let message = Message(
                topic: topic,
                partition: 0,
                key: MessageKey.record(connection.key, key),
                value: value[...]
            )
            return Delivery(message, offset: first + Int64(number), at: time)
        }
        var deliveries: [Delivery] = []
        for number in 0..<count {
            let name = key == "id" ? "\(number)" : "\"tag_\(number)\""
            let record = #"{"\#(key)":\#(name),"count":\#(number % 97),"updated_at":"2026-01-01T00:00:00Z"}"#
            deliveries.append(delivery("\(number)", number, Array(record.utf8)))
        }
        envelope = EventEnvelope(
            type: .version,
            connection: connection.key,
            stream: stream.name,
            subject: nil,
            time: time,
            sequence: 0,
            tableVersion: time.milliseconds,
            run: envelope.run
        )
        let version = StreamVersion(stream: stream.name, tableVersion: time.milliseconds)
        deliveries.append(delivery("version", count, Array(try JSONEncoder().encode(version))))
        return deliveries
    }
}
