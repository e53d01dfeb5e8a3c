import Foundation
package import Model

/// Where an account's requests go: its own host, or a loopback server that stands in for it.
package struct ZendeskAddress: Hashable, Sendable {
    /// Scheme, host and port, without a trailing slash.
    package let origin: String
    /// For messages.
    package let host: String

    /// - Throws: ``ExtractorError/endpointRefused(_:)`` for an endpoint that is not a loopback URL.
    package init(_ definition: ConnectionDefinition) throws(ExtractorError) {
        guard let endpoint = definition.endpoint else {
            host = definition.subdomain.host
            origin = "https://\(host)"
            return
        }
        guard let authority = Self.loopbackAuthority(of: endpoint) else { throw .endpointRefused(endpoint) }
        host = authority
        origin = "\(endpoint.hasPrefix("https:") ? "https" : "http")://\(authority)"
    }

    /// The URL of a target such as `/api/v2/groups.json`, asserted to lead to this host and nowhere else. Asked right
    /// before sending: credentials go with it.
    /// - Throws: ``ExtractorError/unexpected(_:)`` for a target that would lead elsewhere.
    package func assertedURL(_ target: String) throws(ExtractorError) -> String {
        let url = origin + target
        guard target.hasPrefix("/"), !target.hasPrefix("//"),
            target.utf8.allSatisfy({ (0x21..<0x7f).contains($0) && !Self.forbidden.contains($0) }),
            let parts = URLComponents(string: url), let expected = URLComponents(string: origin),
            parts.scheme == expected.scheme, parts.host == expected.host, parts.port == expected.port,
            parts.user == nil, parts.password == nil, parts.fragment == nil
        else { throw .unexpected("a request that would not go to \(host) is not sent") }
        return url
    }

    /// Bytes that no target of ours has: `\`, `#` and `@` can move what a parser takes for the host.
    private static let forbidden = Set("\\#@<>\"^`{|}".utf8)

    /// True for a server on this machine.
    package var isLoopback: Bool { origin != "https://\(host)" || !host.hasSuffix(".zendesk.com") }

    /// `127.0.0.1:9999` of `http://127.0.0.1:9999/`; nil for anything but a scheme, a loopback host and a port.
    private static func loopbackAuthority(of endpoint: String) -> String? {
        guard let scheme = ["http://", "https://"].first(where: endpoint.hasPrefix) else { return nil }
        var authority = endpoint.dropFirst(scheme.count)
        if authority.last == "/" { authority.removeLast() }
        var host = authority
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            let port = authority[authority.index(after: colon)...]
            guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(port), (1...65_535).contains(number)
            else { return nil }
            host = authority[..<colon]
        }
        return isLoopback(host) ? String(authority) : nil
    }

    private static func isLoopback(_ host: Substring) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                    && UInt8(part) != nil
            }
    }
}
