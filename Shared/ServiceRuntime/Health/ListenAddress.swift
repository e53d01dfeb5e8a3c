import Model

/// Where a process listens for people and probes: `127.0.0.1:9464`, `0.0.0.0:9464`, `[::1]:9464`.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    package static let standard = ListenAddress(host: "127.0.0.1", port: 9464)

    package let host: String
    /// 0 lets the system choose one.
    package let port: Int

    private init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    package init?(parsing text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(digits: text[colon...].dropFirst()) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        // Brackets are an address's own, around it.
        let isHost = host.utf8.allSatisfy { (0x21..<0x7f).contains($0) && !"/[]".utf8.contains($0) }
        guard !host.isEmpty, isHost else { return nil }
        self.init(host: String(host), port: Int(port))
    }

    /// Where this machine reaches it: loopback, where it listens on all addresses.
    package var reachable: ListenAddress {
        switch host {
        case "0.0.0.0": ListenAddress(host: "127.0.0.1", port: port)
        case "::": ListenAddress(host: "::1", port: port)
        default: self
        }
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
