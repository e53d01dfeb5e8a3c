import HummingbirdCore
import Logging
import NIOCore
import Synchronization

/// Connections that a server has accepted and not begun to serve.
///
/// A server that is cancelled drops them, and NIO ends the process where one is dropped that nobody has closed. So they are
/// kept here, and closed after the server's end.
/// Source: https://github.com/apple/swift-nio/issues/2637
final class UnservedConnections: Sendable {
    typealias Connection = HTTP1Channel.Value

    private struct State {
        var connections: [ObjectIdentifier: Connection] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    func accepted(_ connection: Connection) {
        let isLate = state.withLock { state in
            if !state.isClosed { state.connections[ObjectIdentifier(connection.channel)] = connection }
            return state.isClosed
        }
        // Its pipeline was ready only after the server's end.
        if isLate { Task { await Self.close(connection) } }
    }

    func begins(_ connection: Connection) {
        state.withLock { _ = $0.connections.removeValue(forKey: ObjectIdentifier(connection.channel)) }
    }

    /// Closes those that are left, and whatever comes from now on.
    func close() async {
        let left = state.withLock { state in
            state.isClosed = true
            defer { state.connections = [:] }
            return Array(state.connections.values)
        }
        for connection in left { await Self.close(connection) }
    }

    private static func close(_ connection: Connection) async {
        // It may be gone already.
        try? await connection.executeThenClose { _, _ in }
    }
}

/// An HTTP/1.1 connection that is known from its acceptance on.
struct KnownConnection: ServerChildChannel {
    let base: HTTP1Channel
    let unserved: UnservedConnections

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        let unserved = unserved
        return base.setup(channel: channel, logger: logger).map { connection in
            unserved.accepted(connection)
            return connection
        }
    }

    func handle(value connection: HTTP1Channel.Value, logger: Logger) async {
        unserved.begins(connection)
        await base.handle(value: connection, logger: logger)
    }
}
