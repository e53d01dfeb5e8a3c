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
        let command = Command(type, stream: stream, from: from, at: clock.now(), by: "console")
        try await transport.publish([transport.message(namespace.commands, key, command)])
        return command.id
    }

    /// Makes this the connection's definition; durable on return.
    /// - Throws: `MessagingError`.
    func publish(_ definition: ConnectionDefinition) async throws {
        try await transport.publish([transport.message(namespace.connections, definition.key, definition)])
    }
}
