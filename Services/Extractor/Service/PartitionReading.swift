import Foundation
import Messaging
import Model

/// What partitions hold of the connections in them, before any of these starts.
struct PartitionContents: Sendable {
    /// Deleted ones are left out.
    var connections: [ConnectionDefinition] = []
    var states: [ConnectionKey: ConnectionState] = [:]
    /// In the order of their offsets.
    var commands: [Delivery] = []
    /// Behind what was read; nothing for a topic's partition that is empty.
    var next: [TopicPartition: Int64] = [:]
    /// Keys of definitions that could not be read.
    var unreadable: Set<String> = []
}

/// Reads connections, their states and the commands for them out of the log.
struct PartitionReading: Sendable {
    let transport: any Transport
    let namespace: Namespace

    /// - Throws: `MessagingError`.
    func contents(of partitions: [Int32]) async throws -> PartitionContents {
        var contents = PartitionContents()
        var registry = ConnectionRegistry()
        try await read(namespace.connections, partitions, &contents.next) { registry.apply($0) }
        // A process that died leaves transactions open. What they hide is newer by moments: a connection that seems due
        // runs, which reads its state again behind its own fence.
        var states: [ConnectionKey: Bytes] = [:]
        var bookmarksEnd: [TopicPartition: Int64] = [:]
        try await read(namespace.bookmarks, partitions, &bookmarksEnd, waitsForTransactions: false) { delivery in
            if let key = delivery.keyText.flatMap(MessageKey.stateOwner) { states[key] = delivery.value }
        }
        try await read(namespace.commands, partitions, &contents.next) { contents.commands.append($0) }
        contents.connections = registry.connections
        contents.unreadable = registry.unreadable
        let decoder = JSONDecoder()
        for connection in contents.connections {
            guard let value = states[connection.key] else { continue }
            // A state of a newer format is not needed to extract.
            contents.states[connection.key] = try? decoder.decode(ConnectionState.self, from: Data(value))
        }
        return contents
    }

    private func read(
        _ topic: String,
        _ partitions: [Int32],
        _ next: inout [TopicPartition: Int64],
        waitsForTransactions: Bool = true,
        _ take: (Delivery) -> Void
    ) async throws {
        let reader =
            waitsForTransactions
            ? try await transport.reader(of: topic, partitions: partitions, from: [:])
            : try await transport.decidedReader(of: topic, partitions: partitions, from: [:])
        try await reader.readToEnd { delivery in
            next[delivery.topicPartition] = delivery.offset + 1
            take(delivery)
        }
    }
}
