package import Messaging
package import Model

/// Reads a topic of log lines to its end, and from there on at each further call.
package struct LogTail {
    private let transport: any Transport
    private let topic: String
    private let partitions: [Int32]?
    private var next: [Int32: Int64] = [:]

    package init(_ transport: any Transport, of filter: ConnectionFilter = ConnectionFilter(), topic: String) {
        self.transport = transport
        self.topic = topic
        partitions = transport.partitions(of: filter)
    }

    /// Gives each line since the last call. What does not decode is passed over.
    package mutating func readOn(_ take: (LogLine) -> Void) async throws {
        try await transport.read(topic, partitions: partitions, from: next) { delivery in
            next[delivery.partition] = delivery.offset + 1
            if let line = delivery.decoded(as: LogLine.self) { take(line) }
        }
    }
}

extension Transport {
    /// Where the messages of some connections are; nil: anywhere.
    func partitions(of filter: ConnectionFilter) -> [Int32]? {
        filter.tenant.flatMap(TenantID.init(rawValue:)).map { [partition(of: $0)] }
    }
}
