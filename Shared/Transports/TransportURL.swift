package import Model

/// Where the log is, as `transport:` of the configuration names it.
package enum TransportURL: Hashable, Sendable, CustomStringConvertible {
    /// `embedded:./data/log.sqlite`: a file of this machine.
    case embedded(path: String)
    /// `kafka://broker-1:9092,broker-2:9092`: brokers to begin with, each as `host:port`.
    case kafka(brokers: [String])

    /// - Throws: ``TransportURLError`` with what is wrong and how it should look.
    package init(parsing text: String) throws(TransportURLError) {
        if let path = text.suffix(after: "embedded:") {
            guard !path.isEmpty, !path.hasPrefix("//"), !path.hasSuffix("/"), !path.contains("\0") else {
                throw TransportURLError(problem: "embedded: needs a file's path, as in embedded:./data/log.sqlite")
            }
            self = .embedded(path: path)
        } else if let list = text.suffix(after: "kafka://") {
            var brokers: [String] = []
            for broker in list.split(separator: ",", omittingEmptySubsequences: false) {
                brokers.append(try Self.broker(broker))
            }
            self = .kafka(brokers: brokers)
        } else {
            throw TransportURLError(problem: "it begins with neither embedded: nor kafka://")
        }
    }

    package var description: String {
        switch self {
        case .embedded(let path): "embedded:\(path)"
        case .kafka(let brokers): "kafka://\(brokers.joined(separator: ","))"
        }
    }

    /// Checks one `host:port`; an IPv6 address stands in brackets.
    private static func broker(_ text: Substring) throws(TransportURLError) -> String {
        guard !text.contains("@") else {
            throw TransportURLError(problem: "no user or password goes there: set kafka.username and kafka.password")
        }
        guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
            text.hasPrefix("[") == text[..<colon].hasSuffix("]"),
            text.hasPrefix("[") || !text[..<colon].contains(":"),
            let port = UInt16(digits: text[colon...].dropFirst()), port > 0,
            !text.contains(where: { $0.isWhitespace || $0 == "/" })
        else {
            throw TransportURLError(problem: "`\(text)` is no broker: kafka://host:port,host:port is the form")
        }
        return String(text)
    }
}

/// `transport:` of the configuration is not understood.
package struct TransportURLError: ExplainedError, Hashable {
    package let problem: String

    package var message: String {
        "transport: \(problem); use embedded:./data/log.sqlite or kafka://broker-1:9092,broker-2:9092"
    }

    package var exitCode: ExitCode { .configuration }
    package var recovery: Recovery { .stop }
}

extension String {
    fileprivate func suffix(after prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
