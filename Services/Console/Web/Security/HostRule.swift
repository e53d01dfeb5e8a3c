import Model

/// Which `Host` a request may name. A page of another site can have its name resolve to this machine, and read answers as
/// its own then; so only names that are known are answered. Addresses resolve to nothing else, and are always taken.
struct HostRule: Hashable, Sendable {
    private let names: Set<String>

    /// - Parameter hosts: names under which the console is reached, without a port.
    init(_ hosts: [String]) {
        names = Set(hosts.map { $0.lowercased() }).union(["localhost"])
    }

    /// - Parameter authority: host and port, as the request has it.
    func allows(_ authority: String?) -> Bool {
        guard let authority, let host = Self.host(of: authority) else { return false }
        return names.contains(host) || Self.isAddress(host)
    }

    /// The host of `name:8080` and of `[::1]:8080`, in lower case; nil for what is neither.
    static func host(of authority: String) -> String? {
        let text = authority.lowercased()
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]"), isPort(text[text.index(after: end)...]) else { return nil }
            return String(text[...end])
        }
        let name = text.prefix { $0 != ":" }
        guard !name.isEmpty, isPort(text[name.endIndex...]) else { return nil }
        return String(name)
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || (text.first == ":" && UInt16(digits: text.dropFirst()) != nil)
    }

    private static func isAddress(_ host: String) -> Bool {
        if host.hasPrefix("[") {
            return host.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8(digits: $0) != nil }
    }
}

/// Whether a request that changes something comes from a page of ours.
enum OriginRule {
    /// - Parameters:
    ///   - origin: as the browser says it; every browser does for a form. `null` is a page that hides where it is from.
    ///   - authority: whom the request is for.
    static func allows(origin: String?, authority: String?) -> Bool {
        guard let origin, let authority, let end = origin.firstRange(of: "://")?.upperBound,
            ["http://", "https://"].contains(origin[..<end])
        else { return false }
        return origin[end...].lowercased() == authority.lowercased()
    }
}
