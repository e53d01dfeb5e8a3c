import Failpoints
import GRDB
import Messaging
import Model
import Synchronization

/// An open log: what its producers, consumers, readers and retention share.
final class EmbeddedLog: Sendable {
    let file: LogFile
    let settings: EmbeddedSettings
    let arrivals = Arrivals()
    let members = GroupMembers()
    private let epochs = Mutex<[String: Int]>([:])

    init(file: LogFile, settings: EmbeddedSettings) {
        self.file = file
        self.settings = settings
    }

    var space: SpaceRule { SpaceRule(max: settings.max, reserve: EmbeddedSettings.reserve) }

    func prepare(_ topics: [TopicSpecification]) async throws {
        let partitions = file.partitions
        try await file.write("prepare") { try LogRow.prepare(topics, partitions: partitions, in: $0) }
        arrivals.announce()
    }

    /// Takes a producer's identity: an older holder's next publish is refused, the one in progress has ended.
    func takeIdentity(_ id: String) async throws -> Int {
        let epoch = epochs.withLock { epochs in
            epochs[id, default: 0] += 1
            return epochs[id, default: 0]
        }
        // One writer: when an empty transaction is through, so is every one before it.
        try await file.write("producer") { _ in }
        return epoch
    }

    /// Publishes all messages in one transaction, durable on return.
    /// - Parameter holder: who must still hold its identity; nil for producers without one.
    func publish(_ messages: [Message], by holder: (id: String, epoch: Int)?) async throws {
        do {
            try await append(messages, by: holder)
        } catch let error as NoRoom {
            try await relieve(at: settings.now(), for: error.bytes)
            do {
                try await append(messages, by: holder, isRelieved: true)
            } catch let error as NoRoom {
                throw MessagingError.full(error.reason)
            }
        }
        arrivals.announce()
    }

    /// - Parameter isRelieved: what may be dropped for room has been: all there is to wait for is a group.
    private func append(
        _ messages: [Message],
        by holder: (id: String, epoch: Int)?,
        isRelieved: Bool = false
    ) async throws {
        try await file.write("publish") { [self] db in
            if let holder, epochs.withLock({ $0[holder.id] }) != holder.epoch { throw MessagingError.fenced }
            try LogRow.append(messages, at: settings.now(), in: db) { bytes in
                let used = try FileSpace(of: db).used
                let free = settings.freeBytes(file.path)
                let reason = try space.refusal(
                    adding: bytes,
                    used: used,
                    free: free,
                    isLoaded: try isRelieved && isLoaded(in: db)
                )
                if let reason { throw NoRoom(bytes: bytes, reason: reason) }
            }
            try Failpoint.logAppended.hit(orFail: MessagingError.atFailpoint("publish"))
        }
        Failpoint.logCommitted.hit()
    }
}

/// Inside the transport only: the log may not grow before something of it went.
private struct NoRoom: Error {
    let bytes: Int64
    let reason: String
}
