import NIOCore
import NIOHTTP1
import NIOPosix

/// Waits on a loopback port for the browser to come back from Zendesk. It reads one request head per connection, of a
/// few kilobytes at most, and answers with a page.
struct RedirectListener {
    /// What to tell the browser, and whether its coming ends the wait.
    struct Answer: Sendable {
        var status: Int
        var text: String
        var isLast = false

        static let notFound = Answer(status: 404, text: "There is nothing here.")
    }

    private static let longestTarget = 8192

    let port: Int

    /// Listens until an answer is the last one.
    /// - Parameters:
    ///   - onListening: called once the port is taken.
    ///   - answer: given the target of each GET: path and query.
    /// - Throws: ``LoginError/portTaken(_:)``, or `CancellationError`.
    func run(
        onListening: @Sendable () -> Void,
        answer: @escaping @Sendable (String) -> Answer
    ) async throws {
        let server: NIOAsyncChannel<NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>, Never>
        do {
            server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                        return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw LoginError.portTaken(port)
        }
        try await server.executeThenClose { connections in
            onListening()
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    // A connection that sends nothing must not keep the browser's out.
                    try await withThrowingDiscardingTaskGroup { inner in
                        for try await connection in connections {
                            inner.addTask {
                                // A browser that goes away has had no answer: it may come again.
                                guard let isLast = try? await Self.serve(connection, answer), isLast else { return }
                                throw Arrived()
                            }
                        }
                    }
                    return false
                }
                do {
                    while try await group.next() != nil {}
                } catch is Arrived {
                    group.cancelAll()
                }
            }
        }
        try Task.checkCancellation()
    }

    /// Ends the wait from inside of a connection's task.
    private struct Arrived: Error {}

    private static func serve(
        _ connection: NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>,
        _ answer: @Sendable (String) -> Answer
    ) async throws -> Bool {
        try await connection.executeThenClose { requests, responses in
            for try await part in requests {
                guard case .head(let head) = part else { continue }
                let isGood = head.method == .GET && head.uri.utf8.count <= longestTarget
                let answer = isGood ? answer(head.uri) : .notFound
                try await respond(answer, to: responses)
                return answer.isLast
            }
            return false
        }
    }

    private static func respond(
        _ answer: Answer,
        to responses: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws {
        let page = ByteBuffer(
            string: "<!doctype html><meta charset=utf-8><title>Deskpipe</title><p>\(answer.text)</p>\n"
        )
        let headers = HTTPHeaders([
            ("content-type", "text/html; charset=utf-8"), ("content-length", "\(page.readableBytes)"),
            ("connection", "close"), ("cache-control", "no-store"), ("referrer-policy", "no-referrer"),
        ])
        let status = HTTPResponseStatus(statusCode: answer.status)
        try await responses.write(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)))
        try await responses.write(.body(.byteBuffer(page)))
        try await responses.write(.end(nil))
    }
}
