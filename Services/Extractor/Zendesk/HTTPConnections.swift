import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import Synchronization

/// The process's pool of connections to all accounts' hosts: no redirects, bounded inflation and waits, through the
/// proxy that the environment names.
package final class HTTPConnections: Sendable {
    /// The most that a body may have, inflated.
    package static let maxBodyBytes = 64 << 20
    /// From sending to the last byte.
    private static let timeout = TimeAmount.seconds(300)

    /// A body up to this long says nothing about others.
    private static let shortBytes = 4 << 10
    /// The most that is set aside for a body before it is there.
    private static let mostExpected = 8 << 20

    private let direct: HTTPClient
    private let proxied: (client: HTTPClient, settings: ProxySettings)?
    /// Why the environment's proxy cannot be used; nil where there is none, or it can.
    let proxyProblem: String?
    /// How long the next long body may be, by the last one.
    private let expectedBytes = Atomic(0)

    /// - Parameter environment: read for `https_proxy` and `no_proxy`.
    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        direct = HTTPClient(configuration: Self.configuration(proxy: nil))
        do {
            let settings = try ProxySettings(environment: environment)
            proxied = settings.map { (HTTPClient(configuration: Self.configuration(proxy: $0)), $0) }
            proxyProblem = nil
        } catch {
            proxied = nil
            proxyProblem = error.message
        }
    }

    private static func configuration(proxy: ProxySettings?) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(10), read: .seconds(120)),
            decompression: .enabled(limit: .size(maxBodyBytes))
        )
        configuration.proxy = proxy?.proxy
        // Waiting and trying again is RetryPolicy's.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    /// Closes all connections. Call it once, after the last request.
    package func close() async {
        // It fails only when it was closed before.
        try? await direct.shutdown()
        try? await proxied?.client.shutdown()
    }

    /// Sends a request and reads its whole answer.
    /// - Throws: ``RequestFailure``, or `CancellationError`.
    func send(_ request: HTTPClientRequest, to address: ZendeskAddress) async throws -> ZendeskResponse {
        do {
            let client = proxied.flatMap { proxied in
                !address.isLoopback && proxied.settings.isUsed(for: address.host) ? proxied.client : nil
            }
            let response = try await (client ?? direct).execute(request, timeout: Self.timeout)
            let body = try await body(of: response)
            return ZendeskResponse(
                status: Int(response.status.code),
                limits: RateHeaders(response.headers.map { (name: $0.name, value: $0.value) }),
                requestID: response.headers.first(name: "x-request-id"),
                body: body
            )
        } catch let error as CancellationError {
            throw error
        } catch let failure as RequestFailure {
            throw failure
        } catch let error as HTTPClientError where error == .cancelled {
            throw CancellationError()
        } catch {
            try Task.checkCancellation()
            throw RequestFailure(error)
        }
    }

    /// Reads the body to its end, once into one piece of memory where it is about as long as the one before.
    private func body(of response: HTTPClientResponse) async throws -> [UInt8] {
        var body: [UInt8] = []
        for try await part in response.body {
            guard body.count + part.readableBytes <= Self.maxBodyBytes else { throw RequestFailure.tooLarge }
            let isLong = body.isEmpty && part.readableBytes > Self.shortBytes
            if isLong { body.reserveCapacity(expectedBytes.load(ordering: .relaxed)) }
            part.withUnsafeReadableBytes { body.append(contentsOf: $0) }
        }
        let expected = min(body.count + body.count / 8, Self.mostExpected)
        if body.count > Self.shortBytes { expectedBytes.store(expected, ordering: .relaxed) }
        return body
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
            ("proxyAuthenticationRequired", "the proxy does not accept the user and password of https_proxy"),
            ("invalidProxyResponse", "the proxy does not connect"),
            ("httpProxyHandshakeTimeout", "the proxy does not answer"),
            ("getaddrinfo", "the host's name has no address"), ("CERTIFICATE", "the TLS certificate is not trusted"),
            ("certificate", "the TLS certificate is not trusted"),
        ]
        if let (_, problem) = known.first(where: { text.contains($0.0) }) { return problem }
        return String(text.unicodeScalars.filter { (0x20..<0x7f).contains($0.value) }.map(Character.init).prefix(160))
    }
}
