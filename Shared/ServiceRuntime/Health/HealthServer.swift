import Logging
package import Model
import NIOCore
import NIOHTTP1
import NIOPosix

/// Answers GETs of a service's health over HTTP/1.1, one request a connection, for as long as its work takes.
package struct HealthServer: Sendable {
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
            onListening(server.localAddress?.port ?? address.port)
            let result = try await body()
            // Nothing is in hand that could be lost.
            try? await group.shutdownGracefully()
            return result
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private func listen(_ group: MultiThreadedEventLoopGroup) async throws -> any Channel {
        let (routes, silence) = (routes, TimeAmount(silence))
        do {
            return try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 16)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandler(IdleStateHandler(allTimeout: silence))
                        try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                        try pipeline.addHandler(HealthAnswers(routes))
                    }
                }
                .bind(host: address.host, port: address.port).get()
        } catch {
            throw HealthError.cannotListen(address)
        }
    }
}

/// Answers a connection's one request, and closes it then, or where nothing is said on it.
private final class HealthAnswers: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let routes: HealthRoutes
    /// Of the request that is to be answered.
    private var head: HTTPRequestHead?
    private var hasAnswered = false

    init(_ routes: HealthRoutes) { self.routes = routes }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) {
            self.head = head
        } else if let head, !hasAnswered {
            hasAnswered = true
            answer(head, context)
        }
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let isGET = head.method == .GET || head.method == .HEAD
        let answer = isGET ? routes.answer(to: head.uri) : .init(status: 405, text: "only GET is answered\n")
        let headers = HTTPHeaders([
            ("content-type", answer.contentType), ("content-length", "\(answer.text.utf8.count)"),
            ("cache-control", "no-store"), ("connection", "close"),
        ])
        let status = HTTPResponseStatus(statusCode: answer.status)
        context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))), promise: nil)
        if head.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.text)))), promise: nil)
        }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }

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
