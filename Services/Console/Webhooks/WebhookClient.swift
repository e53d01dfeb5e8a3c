import AsyncHTTPClient
import Glibc
package import Model
import NIOCore
import NIOHTTP1
import NIOPosix

/// Delivers to addresses that a user named, so it trusts none of them: the name is looked up once, an address that is
/// not public is refused, and the connection goes to that very address. No redirects, no proxy, and no answer is read.
package struct WebhookClient: Sendable {
    private static let timeout = TimeAmount.seconds(30)

    /// The first address of a name: 4 or 16 bytes and its text.
    package struct Address: Hashable, Sendable {
        package var bytes: [UInt8]
        package var text: String

        package init(bytes: [UInt8], text: String) {
            self.bytes = bytes
            self.text = text
        }
    }

    private let userAgent: String
    private let resolve: @Sendable (_ name: String, _ port: Int) async throws -> Address

    /// - Parameter resolve: looks a name up; the system does unless given.
    package init(
        userAgent: String,
        resolve: @escaping @Sendable (_ name: String, _ port: Int) async throws -> Address = WebhookClient.lookUp
    ) {
        self.userAgent = userAgent
        self.resolve = resolve
    }

    /// Posts a message; returns when it was answered with 2xx.
    /// - Throws: ``WebhookError``, `CancellationError`.
    package func deliver(
        _ message: WebhookMessage,
        to webhook: WebhookSettings,
        secret: Secret?,
        at now: Timestamp
    ) async throws {
        let address = try await address(of: webhook)
        var request = HTTPClientRequest(url: webhook.url.text)
        request.method = .POST
        request.headers.add(name: "content-type", value: message.contentType)
        request.headers.add(name: "user-agent", value: userAgent)
        for (name, value) in WebhookSignature.headers(of: message, secret: secret, at: now) {
            request.headers.add(name: name, value: value)
        }
        request.body = .bytes(ByteBuffer(bytes: message.body))
        let status = try await status(of: request, to: webhook.url, at: address)
        guard (200..<300).contains(status) else { throw WebhookError.refused(webhook.url, status: status) }
    }

    private func address(of webhook: WebhookSettings) async throws -> Address {
        let address: Address
        do {
            address = try await resolve(webhook.url.name, webhook.url.port)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // Without an address there is nothing to judge, so nothing is sent.
            throw WebhookError.unresolved(webhook.url)
        }
        guard webhook.allowsPrivate || AddressRule.isPublic(address.bytes) else {
            throw WebhookError.notPublic(webhook.url)
        }
        return address
    }

    /// Over a connection of its own, since its address is good for this delivery alone.
    private func status(of request: HTTPClientRequest, to url: WebhookURL, at address: Address) async throws -> Int {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(10), read: Self.timeout)
        )
        configuration.dnsOverride = [url.host: address.text]
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(configuration: configuration)
        let result: Result<Int, any Error>
        do {
            result = .success(Int(try await client.execute(request, timeout: Self.timeout).status.code))
        } catch {
            result = .failure(error)
        }
        // It fails only when it was closed before.
        try? await client.shutdown()
        switch result {
        case .success(let status): return status
        case .failure(let error):
            try Task.checkCancellation()
            throw WebhookError.unreachable(url, problem: String(String(describing: error).prefix(200)))
        }
    }

    /// Asks the system, on a thread that may wait.
    package static func lookUp(_ name: String, _ port: Int) async throws -> Address {
        let address = try await NIOThreadPool.singleton.runIfActive {
            try SocketAddress.makeAddressResolvingHost(name, port: port)
        }
        let text = address.ipAddress ?? ""
        return Address(bytes: bytes(of: text), text: text)
    }

    /// Of an address as text; none for what is no address.
    package static func bytes(of text: String) -> [UInt8] {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return []
    }
}
