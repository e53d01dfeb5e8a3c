import Messaging
import Model

/// Reads a topic of log lines to its end, and from there on at each further call.
struct LogTail {
    private let transport: any Transport
    private let topic: String
    private var next: [Int32: Int64] = [:]

    init(_ transport: any Transport, topic: String) {
        self.transport = transport
        self.topic = topic
    }

    /// Gives each line since the last call. What does not decode is passed over.
    mutating func readOn(_ take: (LogLine) -> Void) async throws {
        try await transport.read(topic, from: next) { delivery in
            next[delivery.partition] = delivery.offset + 1
            if let line = delivery.decoded(as: LogLine.self) { take(line) }
        }
    }
}
