import Foundation

/// Where a webhook is delivered. Its path and query may be a secret of their own, as Slack's are: ``description`` has
/// neither.
package struct WebhookURL: Hashable, Sendable, CustomStringConvertible {
    /// In lower case, as it is looked up.
    package let host: String
    package let port: Int
    package let isSecure: Bool
    /// With the query.
    package let path: String

    /// - Parameter allowsPrivate: `http` too.
    /// - Throws: ``WebhookError/urlRefused(_:)``.
    package init(parsing text: String, allowsPrivate: Bool = false) throws(WebhookError) {
        guard !text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7f || $0 == "\\" }),
            let parts = URLComponents(string: text), let host = parts.encodedHost, !host.isEmpty
        else { throw .urlRefused("it is not a URL") }
        switch parts.scheme?.lowercased() {
        case "https": isSecure = true
        case "http" where allowsPrivate: isSecure = false
        default: throw .urlRefused("only https is allowed")
        }
        guard parts.user == nil, parts.password == nil else { throw .urlRefused("it must not hold a user or password") }
        guard parts.fragment == nil else { throw .urlRefused("it must not have a fragment") }
        guard !host.contains("%") else { throw .urlRefused("its host is not a plain name") }
        self.host = host.lowercased()
        port = parts.port ?? (isSecure ? 443 : 80)
        path =
            (parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath)
            + (parts.percentEncodedQuery.map { "?\($0)" } ?? "")
    }

    /// The whole of it, for the request alone.
    var text: String { "\(isSecure ? "https" : "http")://\(host):\(port)\(path)" }

    /// Host and port, for people.
    package var description: String { "\(host):\(port)" }

    /// The host as it is looked up: an IPv6 address without its brackets.
    var name: String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }
}
