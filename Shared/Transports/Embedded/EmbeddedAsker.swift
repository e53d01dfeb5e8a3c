import Messaging

/// Appends to some topics of a log that another process owns, or nobody does. All or nothing, and durable on return; the
/// owner finds it with its next poll.
struct EmbeddedAsker: MessageProducer {
    let log: EmbeddedLog
    let topics: Set<String>

    func publish(_ messages: [Message]) async throws {
        guard messages.allSatisfy({ topics.contains($0.topic) }) else {
            throw MessagingError.notOwned(log.file.path, call: "publish")
        }
        let settings = log.settings
        // What people ask is small, and may be what makes room: no bound of the log keeps it out.
        try await log.file.write("publish") { try LogRow.append(messages, at: settings.now(), in: $0) { _ in } }
    }

    func close() async {}
}

/// The process that owns an embedded log.
package struct LogOwner: Hashable, Sendable {
    /// Nil where it is not known yet.
    package var pid: Int32?
}

extension MessagingError {
    /// Only the log's owner does that.
    static func notOwned(_ path: String, call: String) -> MessagingError {
        .refused(call: call, reason: "\(path) was opened to ask its owner for something only")
    }
}
