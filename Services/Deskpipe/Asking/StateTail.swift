import Messaging
import Model

/// Follows the states of connections in `{ns}.bookmarks`.
struct StateTail {
    private let transport: any Transport
    private let namespace: Namespace
    private var next: [Int32: Int64] = [:]
    /// The newest of each connection.
    private(set) var states: [ConnectionKey: ConnectionState] = [:]

    init(_ transport: any Transport, _ namespace: Namespace) {
        self.transport = transport
        self.namespace = namespace
    }

    /// Reads on to the end.
    /// - Parameter partitions: nil for all.
    mutating func readOn(_ partitions: [Int32]? = nil) async throws {
        try await transport.read(namespace.bookmarks, partitions: partitions, from: next) { delivery in
            next[delivery.partition] = delivery.offset + 1
            guard let key = delivery.keyText.flatMap(MessageKey.stateOwner) else { return }
            // One that does not decode is a newer version's: what is known of the connection stays.
            if let state = delivery.decoded(as: ConnectionState.self) { states[key] = state }
        }
    }
}
