import NIOCore
import NIOHTTP1
import NIOPosix

/// Waits on a loopback port for the browser to come back from Zendesk. It reads one request head per connection, of a
/// few kilobytes at most, and answers with a page.
struct RedirectListener {
    /// What to tell the browser, and whether its coming ends the wait.
    struct Answer: Sendable {
        /// Of HTTP.
        var status: Int
        var text: String
        var isLast = false

        static let notFound = Answer(status: 404, text: "There is nothing here.")
    }

    let port: Int

    /// Listens until an answer is the last one, and that is sent.
    /// - Parameters:
    ///   - onListening: called once the port is taken.
    ///   - answer: given the target of each GET: path and query.
    /// - Throws: ``LoginError/portTaken(_:)``, or `CancellationError`.
    func run(onListening: () -> Void, answer: @escaping @Sendable (String) -> Answer) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let end = group.next().makePromise(of: Void.self)
        let server: any Channel
        do {
            server = try await ServerBootstrap(group: group)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                        try channel.pipeline.syncOperations.addHandler(PageHandler(answer: answer, end: end))
                    }
                }
                .bind(host: "127.0.0.1", port: port).get()
        } catch {
            end.succeed()
            throw LoginError.portTaken(port)
        }
        onListening()
        // Only ever succeeds.
        await withTaskCancellationHandler {
            try? await end.futureResult.get()
        } onCancel: {
            end.succeed()
        }
        // A listener that is closed already is as closed as it should be.
        try? await server.close()
        try Task.checkCancellation()
    }
}

/// Answers the first request of a connection and closes it.
private final class PageHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let longestTarget = 8192

    private let answer: @Sendable (String) -> RedirectListener.Answer
    private let end: EventLoopPromise<Void>

    init(answer: @escaping @Sendable (String) -> RedirectListener.Answer, end: EventLoopPromise<Void>) {
        self.answer = answer
        self.end = end
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        let isGood = head.method == .GET && head.uri.utf8.count <= Self.longestTarget
        let answer = isGood ? answer(head.uri) : .notFound
        let page = context.channel.allocator.buffer(
            string: "<!doctype html><meta charset=utf-8><title>Deskpipe</title><p>\(answer.text)</p>\n"
        )
        let headers = HTTPHeaders([
            ("content-type", "text/html; charset=utf-8"), ("content-length", "\(page.readableBytes)"),
            ("connection", "close"), ("cache-control", "no-store"), ("referrer-policy", "no-referrer"),
        ])
        let status = HTTPResponseStatus(statusCode: answer.status)
        let response = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(page))), promise: nil)
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenComplete { [channel = context.channel, end] _ in
            channel.close(promise: nil)
            if answer.isLast { end.succeed() }
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
