import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression

/// The process's pool of connections to all accounts' hosts: no redirects, bounded inflation and waits.
package final class HTTPConnections: Sendable {
    /// The most that a body may have, inflated.
    package static let maxBodyBytes = 64 << 20
    /// From sending to the last byte.
    private static let timeout = TimeAmount.seconds(300)

    private let client: HTTPClient

    package init() {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(10), read: .seconds(120)),
            decompression: .enabled(limit: .size(Self.maxBodyBytes))
        )
        // Waiting and trying again is RetryPolicy's.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(configuration: configuration)
    }

    /// Closes all connections. Call it once, after the last request.
    package func close() async {
        // It fails only when it was closed before.
        try? await client.shutdown()
    }

    /// Sends a request and reads its whole answer.
    /// - Throws: ``RequestFailure``, or `CancellationError`.
    func send(_ request: HTTPClientRequest) async throws -> ZendeskResponse {
        do {
            let response = try await client.execute(request, timeout: Self.timeout)
            let body = try await response.body.collect(upTo: Self.maxBodyBytes)
            return ZendeskResponse(
                status: Int(response.status.code),
                limits: RateHeaders(response.headers.map { (name: $0.name, value: $0.value) }),
                body: Array(body.readableBytesView)
            )
        } catch let error as CancellationError {
            throw error
        } catch is NIOTooManyBytesError {
            throw RequestFailure.tooLarge
        } catch let error as HTTPClientError where error == .cancelled {
            throw CancellationError()
        } catch {
            try Task.checkCancellation()
            throw RequestFailure(error)
        }
    }
}

/// Why there is no whole answer.
package enum RequestFailure: Error, Hashable, Sendable {
    case tooLarge
    /// In words for people, without a URL.
    case broken(String)

    package var problem: String {
        switch self {
        case .tooLarge: "the answer has more than \(HTTPConnections.maxBodyBytes) bytes"
        case .broken(let problem): problem
        }
    }

    init(_ error: any Error) {
        switch error {
        case NIOHTTPDecompression.DecompressionError.limit: self = .tooLarge
        default: self = .broken(Self.problem(String(describing: error)))
        }
    }

    private static func problem(_ text: String) -> String {
        let known: [(String, String)] = [
            ("connectTimeout", "no connection within 10 s"), ("deadlineExceeded", "no whole answer within 300 s"),
            ("readTimeout", "nothing more came for 120 s"), ("remoteConnectionClosed", "the connection was closed"),
            ("Connection refused", "the connection is refused"), ("Connection reset", "the connection was reset"),
            ("ConnectionReset", "the connection was reset"), ("SocketAddressError", "the host's name has no address"),
            ("getaddrinfo", "the host's name has no address"), ("CERTIFICATE", "the TLS certificate is not trusted"),
            ("certificate", "the TLS certificate is not trusted"),
        ]
        if let (_, problem) = known.first(where: { text.contains($0.0) }) { return problem }
        return String(text.unicodeScalars.filter { (0x20..<0x7f).contains($0.value) }.map(Character.init).prefix(160))
    }
}
