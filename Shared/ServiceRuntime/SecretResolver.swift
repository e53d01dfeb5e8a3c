import Foundation
package import Model

/// Reads secrets where their references point; again at each call, so that a replaced file is seen.
package struct SecretResolver: Sendable {
    private let environment: [String: String]
    private let given: [SecretReference: Secret]

    /// - Parameter given: secrets that are not where their references point, or not yet.
    package init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        given: [SecretReference: Secret] = [:]
    ) {
        self.environment = environment
        self.given = given
    }

    /// The secret's value, without the line break that files end with.
    /// - Throws: ``SecretError``, which names the reference and never the value.
    package func resolve(_ reference: SecretReference) throws(SecretError) -> Secret {
        try Self.secret(try text(of: reference), reference)
    }

    /// As ``resolve(_:)``, of a secret that has several lines, such as a key.
    package func resolveText(_ reference: SecretReference) throws(SecretError) -> Secret {
        let text = try text(of: reference)
        guard !text.allSatisfy(\.isWhitespace) else { throw .empty(reference) }
        return Secret(text)
    }

    private func text(of reference: SecretReference) throws(SecretError) -> String {
        if let secret = given[reference] { return secret.value }
        switch reference {
        case .environment(let name):
            guard let value = environment[name] else { throw .missing(reference) }
            return value
        case .file(let path):
            do {
                return try String(contentsOfFile: path, encoding: .utf8)
            } catch {
                throw FileManager.default.fileExists(atPath: path) ? .unreadable(reference) : .missing(reference)
            }
        }
    }

    private static func secret(_ text: String, _ reference: SecretReference) throws(SecretError) -> Secret {
        let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !value.isEmpty else { throw .empty(reference) }
        guard value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else {
            throw .unusable(reference)
        }
        return Secret(value)
    }
}

/// What can be wrong with a secret's reference.
package enum SecretError: ExplainedError, Hashable {
    case missing(SecretReference)
    case unreadable(SecretReference)
    case empty(SecretReference)
    /// It holds control characters, which no header or password may have.
    case unusable(SecretReference)

    package var message: String {
        switch self {
        case .missing(.environment(let name)):
            "the environment variable \(name) is not set, but a secret is read from it; set it and start again"
        case .missing(let reference): "there is no secret at \(reference); make the file, readable for this user only"
        case .unreadable(let reference):
            "the secret at \(reference) cannot be read; give this user the right to read it"
        case .empty(let reference): "the secret at \(reference) is empty"
        case .unusable(let reference): "the secret at \(reference) holds line breaks or control characters"
        }
    }

    package var exitCode: ExitCode { .configuration }
    package var recovery: Recovery { .stop }
}
