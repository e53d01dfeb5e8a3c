import Foundation
import Messaging
import Model

/// Publishes the connections of a configuration file to `{ns}.connections`.
struct ConnectionsPublisher {
    let transport: any Transport
    let namespace: Namespace

    /// What one call did, or would have done with `prune`.
    struct Changes: Equatable {
        var published: [ConnectionKey] = []
        var unchanged: [ConnectionKey] = []
        /// In the topic but not in the file any more; deleted only with `prune`.
        var left: [ConnectionKey] = []
        var pruned: [ConnectionKey] = []
        /// Accounts that several tenants name, with these: their extractors share its request budget without knowing.
        var shared: [String: [TenantID]] = [:]
    }

    /// Unchanged definitions are not published again; a start date that the file does not name stays as first applied;
    /// the console's connections are not touched.
    func apply(_ connections: [ConnectionSettings], prune: Bool, now: Timestamp) async throws -> Changes {
        let registry = try await ConnectionRegistry.read(from: transport, namespace)
        var changes = Changes()
        var messages: [Message] = []
        for connection in connections {
            var definition = connection.definition
            let present = registry[definition.key]
            if let present, !connection.setsStartDate { definition.startDate = present.startDate }
            if definition == present {
                changes.unchanged.append(definition.key)
            } else {
                messages.append(try message(definition))
                changes.published.append(definition.key)
            }
        }
        let named = Set(connections.map(\.definition.key))
        for var definition in registry.connections where definition.origin == .file && !named.contains(definition.key) {
            changes.left.append(definition.key)
            guard prune else { continue }
            definition.deletedAt = now
            messages.append(try message(definition))
            changes.pruned.append(definition.key)
        }
        let others = registry.connections.filter { !changes.pruned.contains($0.key) && !named.contains($0.key) }
        changes.shared = Self.sharedAccounts(connections.map(\.definition) + others)
        guard !messages.isEmpty else { return changes }
        try await transport.publish(messages)
        return changes
    }

    /// The accounts that more than one tenant names.
    static func sharedAccounts(_ connections: [ConnectionDefinition]) -> [String: [TenantID]] {
        var tenants: [String: Set<TenantID>] = [:]
        for connection in connections {
            tenants[connection.subdomain.rawValue, default: []].insert(connection.tenant)
        }
        return tenants.filter { $0.value.count > 1 }.mapValues { $0.sorted() }
    }

    private func message(_ definition: ConnectionDefinition) throws -> Message {
        try transport.message(namespace.connections, definition.key, definition)
    }
}
