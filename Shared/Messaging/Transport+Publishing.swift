package import Model

extension Transport {
    /// The partition of a tenant in every topic of the namespace.
    package func partition(of tenant: TenantID) -> Int32 {
        Partitioner.partition(of: tenant, partitions: partitions)
    }

    /// The partition of a connection in every topic of the namespace: its tenant's.
    package func partition(of key: ConnectionKey) -> Int32 { partition(of: key.tenant) }

    /// What a connection's message says, as JSON, with the connection's key.
    package func message(_ topic: String, _ key: ConnectionKey, _ content: some Encodable) throws -> Message {
        Message(
            topic: topic,
            partition: partition(of: key),
            key: key.description,
            value: try WireJSON.bytes(of: content)[...]
        )
    }

    /// Publishes now and then something that nobody else publishes: each message is durable when this returns, not all or
    /// none. Who publishes steadily has a producer.
    /// - Throws: ``MessagingError``.
    package func publish(_ messages: [Message]) async throws {
        let producer = try await producer(.idempotent)
        do {
            try await producer.publish(messages)
            await producer.close()
        } catch {
            await producer.close()
            throw error
        }
    }
}
