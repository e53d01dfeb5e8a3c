package import Model

/// The connections of a namespace as `{ns}.connections` holds them.
package struct ConnectionRegistry: Sendable {
    private var definitions: [ConnectionKey: ConnectionDefinition] = [:]
    /// Keys of messages that could not be read, for the log.
    package private(set) var unreadable: Set<String> = []

    package init(_ definitions: [ConnectionDefinition] = []) {
        for definition in definitions { self.definitions[definition.key] = definition }
    }

    /// Deleted connections are found too, with ``ConnectionDefinition/deletedAt``.
    package subscript(key: ConnectionKey) -> ConnectionDefinition? { definitions[key] }

    /// Connections that are not deleted, in order of their keys.
    package var connections: [ConnectionDefinition] {
        definitions.values.filter { $0.deletedAt == nil }.sorted { $0.key < $1.key }
    }

    /// The sources of connections that are not deleted.
    package var sources: Set<Source> { Set(connections.map(\.source)) }

    /// Takes in one message of the topic; a later one of the same key replaces an earlier one.
    package mutating func apply(_ delivery: Delivery) {
        guard let text = delivery.keyText, let key = MessageKey.connection(of: text) else {
            unreadable.insert("a message without a connection's key")
            return
        }
        guard delivery.value != nil else {
            definitions[key] = nil
            return
        }
        // What does not decode leaves the former definition in place; the log tells.
        guard let definition = delivery.decoded(as: ConnectionDefinition.self), definition.key == key else {
            unreadable.insert(key.description)
            return
        }
        unreadable.remove(key.description)
        definitions[key] = definition
    }

    /// Reads the whole topic.
    package static func read(from transport: any Transport, _ namespace: Namespace) async throws -> ConnectionRegistry {
        var registry = ConnectionRegistry()
        try await transport.read(namespace.connections) { registry.apply($0) }
        return registry
    }
}
