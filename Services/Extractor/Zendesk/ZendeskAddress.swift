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
