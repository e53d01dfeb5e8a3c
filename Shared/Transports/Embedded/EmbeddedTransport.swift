package import Messaging
package import Model

/// The log of one machine: one SQLite file that one process owns.
///
/// What is published is durable when `publish` returns (WAL, synchronous FULL), and consumers of the same process hear
/// of it at once. Records stay until every group of their topic has committed them and ``EmbeddedSettings/keep`` has
/// passed; the space is used again.
package final class EmbeddedTransport: Transport {
    private let log: EmbeddedLog
    /// The topics that may be appended to without owning the log; nil: the mode says enough.
    private let only: Set<String>?

    /// Opens the log; the owner makes it where it is missing and holds `<path>.lock` until ``close()``, or its end.
    /// - Throws: ``MessagingError/locked(path:pid:)`` when another process owns it; ``MessagingError/refused(call:reason:)``
    ///   when it cannot be made or written, is another program's file, or of a newer format.
    package init(path: String, settings: EmbeddedSettings = EmbeddedSettings(), mode: EmbeddedMode = .owner) throws {
        let file =
            switch mode {
            case .owner: try LogFile(owning: path, settings: settings)
            case .reader: try LogFile(reading: path)
            case .asker: try LogFile(appending: path)
            }
        if case .asker(let topics) = mode { only = topics } else { only = nil }
        log = EmbeddedLog(file: file, settings: settings)
    }

    package var partitions: Int32 { log.file.partitions }

    /// The log's file, as the system names it.
    package var path: String { log.file.path }

    package func prepare(_ topics: [TopicSpecification]) async throws {
        try refuseAsker("prepare")
        try await log.prepare(topics)
    }

    package func producer(_ identity: ProducerIdentity) async throws -> any MessageProducer {
        if let only {
            guard identity == .idempotent else { throw MessagingError.notOwned(log.file.path, call: "producer") }
            return EmbeddedAsker(log: log, topics: only)
        }
        switch identity {
        case .transactional(let id):
            return EmbeddedProducer(log: log, holder: (id, try await log.takeIdentity(id)))
        case .idempotent:
            return EmbeddedProducer(log: log, holder: nil)
        }
    }

    /// The newest consumer of a group has all partitions; an older one of the same group gets an empty assignment.
    package func consumer(group: String, topics: [String]) async throws -> any MessageConsumer {
        try refuseAsker("consumer")
        let consumer = EmbeddedConsumer(log: log, group: group, topics: topics)
        try await consumer.register()
        return consumer
    }

    /// A topic that does not exist has nothing to read.
    package func reader(
        of topic: String,
        partitions: [Int32]?,
        from: [Int32: Int64]
    ) async throws -> any MessageReader {
        let logs = try await log.file.read("read") { try LogRow.all(of: topic, in: $0) }
        let chosen = logs.filter { partitions?.contains($0.partition) ?? true }
        return EmbeddedReader(file: log.file, logs: chosen, from: from)
    }

    /// Drops what may go by age, compacts, and gives large free space back to the disk, in small transactions.
    /// To be called every minute or so; publish does it too when there is no room.
    package func maintain(now: Timestamp) async throws {
        try await log.maintain(at: now)
    }

    package func close() async {
        log.file.close()
    }

    /// The process that owns a log's file; nil where there is none, or no file.
    /// - Throws: ``MessagingError/refused(call:reason:)`` where that cannot be seen.
    package static func owner(of path: String) throws -> LogOwner? {
        try FileLock.holder(path: "\(LogFile.resolved(path)).lock")
    }

    private func refuseAsker(_ call: String) throws {
        if only != nil { throw MessagingError.notOwned(log.file.path, call: call) }
    }
}
