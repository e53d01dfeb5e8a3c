import Crypto
package import Foundation
package import Model
package import ServiceRuntime

/// The key that seals pairs: 256 bits, of the extractor and of `deskpipe login` alone.
package struct CredentialKey: Sendable {
    static let bytes = 32

    let key: SymmetricKey
    /// Tells keys apart without telling anything of them.
    let fingerprint: String

    package init?(bytes: Data) {
        guard bytes.count == Self.bytes else { return nil }
        key = SymmetricKey(data: bytes)
        let hash = SHA256.hash(data: Data("deskpipe credentials key".utf8) + bytes)
        fingerprint = hash.prefix(8).hexadecimal
    }

    /// Reads the key: 32 bytes as they are (files only), or in base64.
    /// - Throws: ``CredentialError``, or `SecretError` for an environment variable that is not set.
    package init(_ reference: SecretReference, secrets: SecretResolver) throws {
        let content: Data
        switch reference {
        case .environment:
            content = Data(try secrets.resolve(reference).value.utf8)
        case .file(let path):
            guard FileManager.default.fileExists(atPath: path) else { throw CredentialError.keyMissing(reference) }
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw SecretError.unreadable(reference)
            }
            content = bytes
        }
        guard let key = Self(bytes: content) ?? Self.decoded(content) else {
            throw CredentialError.keyUnusable(reference)
        }
        self = key
    }

    /// As ``init(_:secrets:)``, but makes the file, readable for this user only, where there is none.
    /// - Returns: the key, and whether its file was made.
    package static func loadOrMake(
        _ reference: SecretReference,
        secrets: SecretResolver
    ) throws -> (key: CredentialKey, isNew: Bool) {
        guard case .file(let path) = reference, !FileManager.default.fileExists(atPath: path) else {
            return (try CredentialKey(reference, secrets: secrets), false)
        }
        let text = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() } + "\n"
        do {
            // Never over a file that another login has just made: it may have sealed with it.
            try PrivateFile.make(path, text)
        } catch {
            throw CredentialError.keyNotWritten(path)
        }
        return (try CredentialKey(reference, secrets: secrets), true)
    }

    private static func decoded(_ content: Data) -> CredentialKey? {
        guard let text = String(data: content, encoding: .utf8)?.trimmingCharacters(in: .whitespacesAndNewlines),
            let bytes = Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/"))
        else { return nil }
        return CredentialKey(bytes: bytes)
    }
}
