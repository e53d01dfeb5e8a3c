import Logging
package import Model
import NIOCore
import NIOHTTP1
import NIOPosix

/// Answers GETs of a service's health over HTTP/1.1, one request a connection, for as long as its work takes.
package struct HealthServer: Sendable {
    private typealias Client = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    private let address: ListenAddress
    private let routes: HealthRoutes
    private let silence: Duration

    /// - Parameter silence: connections that are silent for this long are closed.
    package init(_ address: ListenAddress, _ routes: HealthRoutes, silence: Duration = .seconds(10)) {
        self.address = address
        self.routes = routes
        self.silence = silence
    }

    /// Serves while `body` runs, and no longer.
    /// - Parameter onListening: called before `body`, with the port.
    /// - Throws: ``HealthError/cannotListen(_:)`` before `body` begins; what `body` throws.
    package func serving<Result: Sendable>(
        onListening: (Int) -> Void = { _ in },
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let server = try await listen(group)
            onListening(server.channel.localAddress?.port ?? address.port)
            let result = try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await accept(server) }
                let result = try await body()
                tasks.cancelAll()
                return result
            }
            // Nothing is in hand that could be lost.
            try? await group.shutdownGracefully()
            return result
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private func listen(_ group: MultiThreadedEventLoopGroup) async throws -> NIOAsyncChannel<Client, Never> {
        do {
            return try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 16)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: address.host, port: address.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandler(IdleStateHandler(allTimeout: TimeAmount(silence)))
                        try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                        try pipeline.addHandler(SilenceCloser())
                        return try Client(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw HealthError.cannotListen(address)
        }
    }

    private func accept(_ server: NIOAsyncChannel<Client, Never>) async throws {
        try await withThrowingDiscardingTaskGroup { clients in
            try await server.executeThenClose { connections in
                for try await client in connections {
                    // A client that goes away is its own affair.
                    clients.addTask { try? await serve(client) }
                }
            }
        }
    }

    private func serve(_ client: Client) async throws {
        try await client.executeThenClose { requests, responses in
            for try await part in requests {
                guard case .head(let head) = part else { continue }
                let isGET = head.method == .GET || head.method == .HEAD
                let answer = isGET ? routes.answer(to: head.uri) : .init(status: 405, text: "only GET is answered\n")
                let headers = HTTPHeaders([
                    ("content-type", answer.contentType), ("content-length", "\(answer.text.utf8.count)"),
                    ("cache-control", "no-store"), ("connection", "close"),
                ])
                let status = HTTPResponseStatus(statusCode: answer.status)
                try await responses.write(.head(.init(version: .http1_1, status: status, headers: headers)))
                if head.method != .HEAD {
                    try await responses.write(.body(.byteBuffer(ByteBuffer(string: answer.text))))
                }
                try await responses.write(.end(nil))
                return
            }
        }
    }
}

/// Closes a connection on which nothing was said.
private final class SilenceCloser: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}

/// What can be wrong with a service's health listener.
package enum HealthError: ExplainedError, Hashable {
    case cannotListen(ListenAddress)
    case noAnswer(ListenAddress)
    case notReady(ListenAddress, text: String)

    package var message: String {
        switch self {
        case .cannotListen(let address):
            "cannot listen on \(address), as health.listen says; name a free port of this machine, or none"
        case .noAnswer(let address): "no service answers at \(address); name its health.listen with --listen"
        case .notReady(let address, let text):
            "the service at \(address) is not ready: \(text.split(separator: "\n").joined(separator: ", "))"
        }
    }

    package var exitCode: ExitCode {
        if case .cannotListen = self { .configuration } else { .unexpected }
    }

    package var recovery: Recovery { .stop }
}
