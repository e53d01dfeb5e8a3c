import Catalog
import Extractor
import Foundation
import Messaging
import Model
import Transports
import Work

/// Pages into the embedded log, and records out of it.
enum EmbeddedLogging {
    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        let pages = try messages(of: workload)
        let count = pages.reduce(0) { $0 + $1.count }
        let bytes = pages.joined().reduce(0) { $0 + ($1.value?.count ?? 0) }
        let published = try await Race.run(workload.options.repetitions) {
            let path = workload.path("log.sqlite")
            let lap = try await publish(workload, to: path)
            workload.remove(path)
            return lap
        } reference: {
            try await insert(pages, workload)
        }
        let path = workload.path("log.sqlite")
        _ = try await publish(workload, to: path)
        let received = try await Race.run(workload.options.repetitions) {
            try await receive(from: path, count - bookmarks(pages))
        } reference: {
            try await select(from: path)
        }
        workload.remove(path)
        return [
            Measurement(
                "publish to the embedded log, from decoded pages",
                "records",
                count: count,
                bytes: bytes,
                published,
                comparedWith: "SQLite's C API, INSERT of the same bytes"
            ),
            Measurement(
                "receive from the embedded log",
                "records",
                count: count,
                bytes: bytes,
                received,
                comparedWith: "SQLite's C API, SELECT of the same rows"
            ),
        ]
    }

    private static func messages(of workload: Workload) throws -> [[Message]] {
        var read = try TicketRead(workload.connection)
        return try workload.pages.map { try read.messages(of: $0) }
    }

    private static func bookmarks(_ pages: [[Message]]) -> Int {
        pages.joined().count { $0.topic == Workload.namespace.bookmarks }
    }

    private static func publish(_ workload: Workload, to path: String) async throws -> Lap {
        var read = try TicketRead(workload.connection)
        let pages = try workload.pages.map { try read.decoder.decode($0) }
        let transport = try EmbeddedTransport(path: path)
        try await transport.prepare(topics)
        let producer = try await transport.producer(.transactional(id: "bench"))
        let lap = try await Lap.time {
            for page in pages { try await producer.publish(try read.messages(of: page)) }
        }
        await producer.close()
        await transport.close()
        return lap
    }

    private static var topics: [TopicSpecification] {
        Workload.namespace.serviceTopics + recordTopics
    }

    private static var recordTopics: [TopicSpecification] {
        Catalog.streams(of: .support).map { Workload.namespace.recordTopic($0.source, $0.name) }
    }

    /// A page is a transaction here too, under the same settings.
    private static func insert(_ pages: [[Message]], _ workload: Workload) async throws -> Lap {
        let path = workload.path("raw.sqlite")
        let database = try RawSQLite(path)
        try database.execute(
            """
            PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            PRAGMA wal_autocheckpoint = 2048;
            CREATE TABLE messages (id INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, key BLOB, value BLOB);
            """
        )
        let statement = try RawStatement("INSERT INTO messages VALUES (?, ?, ?, ?)", database)
        var id: Int64 = 0
        let lap = try await Lap.time {
            for page in pages {
                try database.execute("BEGIN IMMEDIATE")
                for message in page {
                    id += 1
                    try insert(message, id, statement)
                }
                try database.execute("COMMIT")
            }
        }
        workload.remove(path)
        return lap
    }

    private static func insert(_ message: Message, _ id: Int64, _ statement: RawStatement) throws {
        var key = message.key
        statement.bind(id, 1)
        statement.bind(1_780_000_000_000_000, 2)
        try key.withUTF8 { key in
            statement.bind(blob: UnsafeRawBufferPointer(key), 3)
            try (message.value ?? []).withUnsafeBytes { value in
                statement.bind(blob: value, 4)
                try statement.run()
            }
        }
    }

    private static func receive(from path: String, _ count: Int) async throws -> Lap {
        let transport = try EmbeddedTransport(path: path)
        let consumer = try await transport.consumer(group: UUID().uuidString, topics: recordTopics.map(\.name))
        var rest = count
        let lap = try await Lap.time {
            while rest > 0 {
                rest -= try await consumer.receive(atMost: 1000, bytes: 4 << 20, within: .seconds(10)).deliveries.count
            }
        }
        await consumer.close()
        await transport.close()
        return lap
    }

    private static func select(from path: String) async throws -> Lap {
        let database = try RawSQLite(path)
        let statement = try RawStatement("SELECT id, timestamp, key, value FROM messages ORDER BY id", database)
        var buffer: [UInt8] = []
        return try await Lap.time {
            try statement.read { row in
                buffer.removeAll(keepingCapacity: true)
                buffer += row.blob(2)
                buffer += row.blob(3)
                use(row.integer(0) + row.integer(1))
            }
        }
    }
}
