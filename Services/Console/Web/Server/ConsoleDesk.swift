import Messaging
import Model

/// Publishes what people ask for: commands, and connections whose master is the console.
struct ConsoleDesk: Sendable {
    let transport: any Transport
    let namespace: Namespace
    let clock: any WallClock

    /// Asks a connection for something; an extractor obeys it, now or when one starts.
    /// - Returns: the command's id.
    /// - Throws: `MessagingError`.
    @discardableResult
    func ask(
        _ type: Command.Kind,
        of key: ConnectionKey,
        stream: StreamName? = nil,
        from: Timestamp? = nil
    ) async throws -> String {
        let now = clock.now()
        let randomness = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
        let id = RunID(at: now, randomness: randomness).rawValue
        let command = Command(id: id, type: type, stream: stream, from: from, issuedAt: now, by: "console")
        try await publish(namespace.commands, key, try WireJSON.bytes(of: command))
        return id
    }

    /// Makes this the connection's definition; durable on return.
    /// - Throws: `MessagingError`.
    func publish(_ definition: ConnectionDefinition) async throws {
        try await publish(namespace.connections, definition.key, try WireJSON.bytes(of: definition))
    }

    private func publish(_ topic: String, _ key: ConnectionKey, _ value: [UInt8]) async throws {
        let message = Message(
            topic: topic,
            partition: Partitioner.partition(of: key.tenant, partitions: transport.partitions),
            key: key.description,
            value: value[...]
        )
        let producer = try await transport.producer(.idempotent)
        do {
            try await producer.publish([message])
        } catch {
            await producer.close()
            throw error
        }
        await producer.close()
    }
}
