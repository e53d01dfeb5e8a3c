import AsyncHTTPClient
import Foundation

/// The proxy that the environment names, by `https_proxy` and `no_proxy` (or in capitals).
struct ProxySettings: Sendable {
    /// With its user and password: never logged.
    let proxy: HTTPClient.Configuration.Proxy
    private let direct: [String]

    /// Nil where the environment names none.
    /// - Throws: ``ExtractorError/configuration(_:)``, without the value.
    init?(environment: [String: String]) throws(ExtractorError) {
        let value = { (name: String) -> String? in
            let text = environment[name] ?? environment[name.uppercased()] ?? ""
            return text.isEmpty ? nil : text
        }
        guard let text = value("https_proxy") else { return nil }
        let url = text.contains("://") ? text : "http://\(text)"
        guard let parts = URLComponents(string: url), parts.scheme?.lowercased() == "http",
            let host = parts.host, !host.isEmpty, parts.path.isEmpty || parts.path == "/", parts.query == nil,
            parts.fragment == nil, (1...65_535).contains(parts.port ?? 80)
        else {
            throw .configuration("https_proxy is not a proxy's URL such as http://user:password@proxy.example:3128")
        }
        let plain = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        if let user = parts.user {
            let authorization = HTTPClient.Authorization.basic(username: user, password: parts.password ?? "")
            proxy = .server(host: plain, port: parts.port ?? 80, authorization: authorization)
        } else {
            proxy = .server(host: plain, port: parts.port ?? 80)
        }
        direct = (value("no_proxy") ?? "").split { $0 == "," || $0 == " " }.map { $0.lowercased() }
    }

    /// False for a host that `no_proxy` names: itself, or a domain it is in; `*` names all.
    func isUsed(for host: String) -> Bool {
        let host = host.lowercased()
        return !direct.contains { entry in
            let name = entry.drop { $0 == "*" || $0 == "." }
            return entry == "*" || (!name.isEmpty && (host == name || host.hasSuffix(".\(name)")))
        }
    }
}
