import HTTPServing
import Hummingbird
import Logging
import Synchronization

/// A server on the loopback interface that takes webhooks, and answers as it is told.
package final class Receiver: Sendable {
    package struct Received: Sendable {
        package var path: String
        package var headers: [String: String]
        package var body: [UInt8]
    }

    private struct State {
        var received: [Received] = []
        var answers: [Int] = []
    }

    private let state = Mutex(State())
    /// Rises with each request.
    private let counts: AsyncStream<Int>
    private let counted: AsyncStream<Int>.Continuation

    package var received: [Received] { state.withLock { $0.received } }

    private init() {
        (counts, counted) = AsyncStream.makeStream()
    }

    /// Runs the body beside a server.
    /// - Parameter answers: one after another; then 200 for ever.
    package static func whileServing<Result: Sendable>(
        _ answers: [Int] = [],
        _ body: @escaping @Sendable (Receiver, _ port: Int) async throws -> Result
    ) async throws -> Result {
        let receiver = Receiver()
        receiver.state.withLock { $0.answers = answers }
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await serve { server in
                    Application(
                        responder: CallbackResponder { (request: Request, _: BasicRequestContext) in
                            try await receiver.take(request)
                        },
                        server: server,
                        configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
                        onServerRunning: { listening.yield($0.localAddress?.port ?? 0) },
                        logger: Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() }
                    )
                }
                return nil
            }
            group.addTask {
                for await port in ports { return try await body(receiver, port) }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            while let next = try await group.next() {
                if let result = next { return result }
            }
            throw CancellationError()
        }
    }

    /// Returns when so many requests have come.
    package func untilReceived(_ count: Int) async {
        if received.count >= count { return }
        for await number in counts where number >= count { return }
    }

    private func take(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        let headers = request.headers.map { ($0.name.rawName.lowercased(), $0.value) }
        let received = Received(
            path: request.uri.string,
            headers: Dictionary(headers, uniquingKeysWith: { first, _ in first }),
            body: Array(body.readableBytesView)
        )
        let (status, count) = state.withLock { state in
            state.received.append(received)
            let status = state.answers.isEmpty ? 200 : state.answers.removeFirst()
            return (status, state.received.count)
        }
        counted.yield(count)
        let isRedirect = (300..<400).contains(status)
        return Response(
            status: .init(code: status),
            headers: isRedirect ? [.location: "/elsewhere"] : [:]
        )
    }
}
