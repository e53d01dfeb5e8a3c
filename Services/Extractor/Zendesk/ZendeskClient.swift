import AsyncHTTPClient
import Failpoints
package import Model
import NIOHTTP1

/// Sends requests to one account, with the heads that each needs. It decides nothing.
package struct ZendeskClient: Sendable {
    package let address: ZendeskAddress
    private let connections: HTTPConnections
    private let headers: HTTPHeaders

    /// - Parameter userAgent: such as `deskpipe/1.0.0`.
    /// - Throws: ``ExtractorError/endpointRefused(_:)``; ``ExtractorError/configuration(_:)`` for a proxy or marketplace
    ///   that cannot be used.
    package init(_ definition: ConnectionDefinition, connections: HTTPConnections, userAgent: String)
        throws(ExtractorError)
    {
        address = try ZendeskAddress(definition)
        do throws(FailpointError) {
            try Failpoint.checkLocal(address.isLoopback, address.host)
        } catch {
            throw .configuration(error.message)
        }
        if !address.isLoopback, let problem = connections.proxyProblem { throw .configuration(problem) }
        self.connections = connections
        var headers = HTTPHeaders([
            ("user-agent", userAgent), ("accept", "application/json"), ("accept-encoding", "gzip"),
        ])
        if let marketplace = definition.marketplace {
            for (key, value) in [
                ("name", marketplace.name), ("organization_id", marketplace.organizationID),
                ("app_id", marketplace.appID),
            ] where value.isEmpty || !value.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) {
                throw .configuration("marketplace.\(key) must be printable ASCII on one line, as it goes into a header")
            }
            headers.add(name: "x-zendesk-marketplace-name", value: marketplace.name)
            headers.add(name: "x-zendesk-marketplace-organization-id", value: marketplace.organizationID)
            headers.add(name: "x-zendesk-marketplace-app-id", value: marketplace.appID)
        }
        self.headers = headers
    }

    /// GETs a target such as `/api/v2/groups.json`, as nobody where there is no `authorization`.
    /// - Throws: ``RequestFailure``, ``ExtractorError`` for a target that leads elsewhere, or `CancellationError`.
    package func get(_ target: String, authorization: Secret?) async throws -> ZendeskResponse {
        var request = HTTPClientRequest(url: try address.assertedURL(target))
        request.headers = headers
        if let authorization { request.headers.add(name: "authorization", value: authorization.value) }
        return try await connections.send(request, to: address)
    }

    /// POSTs a body without credentials in the head.
    /// - Throws: as ``get(_:authorization:)``.
    package func post(_ target: String, _ body: [UInt8], as type: String) async throws -> ZendeskResponse {
        var request = HTTPClientRequest(url: try address.assertedURL(target))
        request.method = .POST
        request.headers = headers
        request.headers.add(name: "content-type", value: type)
        request.body = .bytes(body)
        return try await connections.send(request, to: address)
    }
}
