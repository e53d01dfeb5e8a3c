import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks a service of this machine about its health: what a container without a shell has for its health check.
package struct HealthProbe: Sendable {
    /// The most of an answer that is kept.
    private static let maxBytes = 1 << 20

    private let address: ListenAddress
    private let patience: Duration

    /// - Parameter patience: from connecting to the last byte.
    package init(_ address: ListenAddress, patience: Duration = .seconds(5)) {
        self.address = address.reachable
        self.patience = patience
    }

    /// - Parameter path: such as `/readyz`.
    /// - Returns: the status of HTTP and the text.
    /// - Throws: ``HealthError/noAnswer(_:)``.
    package func get(_ path: String) async throws -> (status: Int, text: String) {
        do {
            return try await withThrowingTaskGroup(of: (status: Int, text: String).self) { group in
                group.addTask { try await ask(path) }
                group.addTask {
                    try await Task.sleep(for: patience)
                    throw HealthError.noAnswer(address)
                }
                defer { group.cancelAll() }
                guard let answer = try await group.next() else { throw HealthError.noAnswer(address) }
                return answer
            }
        } catch {
            throw HealthError.noAnswer(address)
        }
    }

    private func ask(_ path: String) async throws -> (status: Int, text: String) {
        let group = MultiThreadedEventLoopGroup.singleton
        let channel = try await ClientBootstrap(group: group).connect(host: address.host, port: address.port) {
            channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
                    wrappingChannelSynchronously: channel
                )
            }
        }
        return try await channel.executeThenClose { answers, questions in
            let headers = HTTPHeaders([("host", "\(address)"), ("connection", "close")])
            let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: headers)
            // At once: who has answered the head and closed takes no end.
            try await questions.write(contentsOf: [.head(head), .end(nil)])
            var (status, text) = (0, "")
            for try await part in answers {
                switch part {
                case .head(let head): status = Int(head.status.code)
                case .body(let body) where text.utf8.count < Self.maxBytes: text += String(buffer: body)
                case .body: break
                case .end: return (status, text)
                }
            }
            throw HealthError.noAnswer(address)
        }
    }
}
