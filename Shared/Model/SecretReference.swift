/// Where a secret is kept: `env:NAME` or `file:PATH`. The secret itself is never in a definition, topic or report.
package enum SecretReference: Hashable, Sendable, Codable, CustomStringConvertible {
    case environment(String)
    case file(String)

    package init?(parsing text: String) {
        if let name = text.suffix(after: "env:") {
            self = .environment(name)
        } else if let path = text.suffix(after: "file:") {
            self = .file(path)
        } else {
            return nil
        }
    }

    package var description: String {
        switch self {
        case .environment(let name): "env:\(name)"
        case .file(let path): "file:\(path)"
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let reference = SecretReference(parsing: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a secret must be a reference, env:NAME or file:PATH"
            )
        }
        self = reference
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension String {
    fileprivate func suffix(after prefix: String) -> String? {
        guard hasPrefix(prefix), utf8.count > prefix.utf8.count else { return nil }
        return String(dropFirst(prefix.count))
    }
}
