import AsyncHTTPClient
package import Model
import NIOHTTP1

/// Sends requests to one account, with the heads that each needs. It decides nothing.
package struct ZendeskClient: Sendable {
    package let address: ZendeskAddress
    private let connections: HTTPConnections
    private let headers: HTTPHeaders

    /// - Parameter userAgent: such as `deskpipe/1.0.0`.
    /// - Throws: ``ExtractorError/endpointRefused(_:)``.
    package init(_ definition: ConnectionDefinition, connections: HTTPConnections, userAgent: String)
        throws(ExtractorError)
    {
        address = try ZendeskAddress(definition)
        self.connections = connections
        var headers = HTTPHeaders([
            ("user-agent", userAgent), ("accept", "application/json"), ("accept-encoding", "gzip"),
        ])
        if let marketplace = definition.marketplace {
            headers.add(name: "x-zendesk-marketplace-name", value: marketplace.name)
            headers.add(name: "x-zendesk-marketplace-organization-id", value: marketplace.organizationID)
            headers.add(name: "x-zendesk-marketplace-app-id", value: marketplace.appID)
        }
        self.headers = headers
    }

    /// GETs a target such as `/api/v2/groups.json`.
    /// - Throws: ``RequestFailure``, or `CancellationError`.
    package func get(_ target: String, authorization: Secret) async throws -> ZendeskResponse {
        var request = HTTPClientRequest(url: address.origin + target)
        request.headers = headers
        request.headers.add(name: "authorization", value: authorization.value)
        return try await connections.send(request)
    }

    /// POSTs JSON without credentials in the head.
    /// - Throws: as ``get(_:authorization:)``.
    package func post(_ target: String, json: [UInt8]) async throws -> ZendeskResponse {
        var request = HTTPClientRequest(url: address.origin + target)
        request.method = .POST
        request.headers = headers
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(json)
        return try await connections.send(request)
    }
}
