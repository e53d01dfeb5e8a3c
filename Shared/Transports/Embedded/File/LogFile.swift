import Foundation
import GRDB
import Messaging

/// The SQLite file of a log, opened. Its work runs on queues of its own, never on the cooperative pool; errors come as
/// ``MessagingError``.
///
/// One writer (WAL, synchronous FULL: what is committed survives a loss of power), readers beside it.
final class LogFile: Sendable {
    let path: String
    /// Partitions of every topic.
    let partitions: Int32
    private let writer: (any DatabaseWriter)?
    private let reader: any DatabaseReader
    private let lock: FileLock?

    /// Opens the file as its owner; makes it, and its directory, where they are missing.
    init(owning path: String, settings: EmbeddedSettings) throws {
        try Self.makeFile(path)
        let path = Self.resolved(path)
        let lock = try FileLock(path: "\(path).lock", protecting: path)
        let pool: DatabasePool
        (pool, partitions) = try Self.explaining("open", path) {
            try Self.layOut(path, partitions: settings.partitions)
            let pool = try DatabasePool(path: path, configuration: Self.configuration("writer"))
            let partitions = try pool.writeWithoutTransaction { db in
                try Self.tune(db, max: settings.max)
                return try LogFormat.check(db, path: path)
            }
            return (pool, partitions)
        }
        guard partitions == settings.partitions else {
            throw MessagingError.refused(
                call: "open",
                reason: "\(path) has \(partitions) partitions, not \(settings.partitions); name another file"
            )
        }
        self.path = path
        writer = pool
        self.reader = pool
        self.lock = lock
    }

    /// Opens the file to read and to append beside its owner, without its lock.
    init(appending path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { throw Self.missing(path) }
        let path = Self.resolved(path)
        let queue: DatabaseQueue
        (queue, partitions) = try Self.explaining("open", path) {
            let queue = try DatabaseQueue(path: path, configuration: Self.configuration("asker"))
            let partitions = try queue.writeWithoutTransaction { db in
                if try LogFormat.isEmpty(db) { throw Self.missing(path) }
                try db.execute(sql: "PRAGMA synchronous = FULL")
                return try LogFormat.check(db, path: path)
            }
            return (queue, partitions)
        }
        self.path = path
        writer = queue
        reader = queue
        lock = nil
    }

    /// Opens the file read-only, beside its owner or without one.
    init(reading path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { throw Self.missing(path) }
        let path = Self.resolved(path)
        (reader, partitions) = try Self.explaining("open", path) {
            var configuration = Self.configuration("reader")
            configuration.readonly = true
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            return try queue.read { db in
                if try LogFormat.isEmpty(db) { throw Self.missing(path) }
                return (queue, try LogFormat.check(db, path: path))
            }
        }
        self.path = path
        writer = nil
        lock = nil
    }

    /// Runs one transaction of the writer; it is durable on return, and left no trace when this throws.
    func write<Value: Sendable>(
        _ call: String,
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        guard let writer else {
            throw MessagingError.refused(call: call, reason: "\(path) was opened for reading only")
        }
        do {
            return try await writer.write(work)
        } catch let error as DatabaseError {
            throw MessagingError.explaining(error, call: call, path: path)
        }
    }

    /// Runs statements of the writer that cannot be in a transaction.
    func writeWithoutTransaction(_ call: String, _ work: @escaping @Sendable (Database) throws -> Void) async throws {
        guard let writer else {
            throw MessagingError.refused(call: call, reason: "\(path) was opened for reading only")
        }
        do {
            try await writer.writeWithoutTransaction(work)
        } catch let error as DatabaseError {
            throw MessagingError.explaining(error, call: call, path: path)
        }
    }

    /// Reads one state of the file.
    func read<Value: Sendable>(
        _ call: String,
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        do {
            return try await reader.read(work)
        } catch let error as DatabaseError {
            throw MessagingError.explaining(error, call: call, path: path)
        }
    }

    /// Closes the file and gives its lock back.
    func close() {
        // A connection that is still in use closes when its last user lets go of it: nothing is lost by that.
        try? reader.close()
        lock?.release()
    }

    private static func missing(_ path: String) -> MessagingError {
        .refused(call: "open", reason: "there is no log in \(path) yet: `deskpipe run` makes it")
    }

    private static func explaining<Value>(_ call: String, _ path: String, _ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch let error as DatabaseError {
            throw MessagingError.explaining(error, call: call, path: path)
        }
    }

    private static func configuration(_ label: String) -> Configuration {
        var configuration = Configuration()
        configuration.label = "embedded-log.\(label)"
        // Only commands that read, and people with a shell, are beside the owner.
        configuration.busyMode = .timeout(5)
        return configuration
    }

    /// Sets what can only be set before there is a table, and makes the tables, in a file that has none.
    private static func layOut(_ path: String, partitions: Int32) throws {
        let queue = try DatabaseQueue(path: path, configuration: configuration("maker"))
        try queue.writeWithoutTransaction { db in
            guard try LogFormat.isEmpty(db) else { return }
            try db.execute(sql: "PRAGMA page_size = \(pageSize)")
            try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            try LogFormat.create(partitions: partitions, in: db)
        }
        try queue.close()
    }

    /// Large enough for several records: the fastest and, but for 4 KiB, the densest of 4, 8 and 16 KiB for records of
    /// 4 KB.
    private static let pageSize: Int64 = 16_384

    private static func tune(_ db: Database, max: Int64) throws {
        try db.execute(sql: "PRAGMA synchronous = FULL")
        try db.execute(sql: "PRAGMA wal_autocheckpoint = \((16 << 20) / pageSize)")
        try db.execute(sql: "PRAGMA journal_size_limit = \(64 << 20)")
        // A second bound behind the one that publish keeps: room for what retention writes while it frees.
        let size = try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? pageSize
        try db.execute(sql: "PRAGMA max_page_count = \((max + Swift.max(max / 16, 16 << 20)) / size)")
    }

    /// Creates the file readable by its owner only: it holds people's records.
    private static func makeFile(_ path: String) throws {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        if mkdir(path: directory) != 0 { throw MessagingError.notWritable(directory, errno: errno) }
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw MessagingError.notWritable(path, errno: errno) }
        Foundation.close(descriptor)
    }

    /// As `mkdir -p`, with errno where it fails.
    private static func mkdir(path: String) -> Int32 {
        if Foundation.mkdir(path, 0o700) == 0 || errno == EEXIST { return 0 }
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard errno == ENOENT, parent != path, mkdir(path: parent) == 0 else { return -1 }
        return Foundation.mkdir(path, 0o700)
    }

    /// The file's one name, so that its lock is the same by whatever link it is opened.
    static func resolved(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
