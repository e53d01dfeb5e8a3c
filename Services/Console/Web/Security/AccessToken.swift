import Crypto
import Foundation
package import Model

/// A token that lets its bearer in, in the role that it stands for. Only its hash is kept.
package struct AccessToken: Hashable, Sendable {
    /// Shorter ones could be guessed: a hash that is quick to compute protects only what is random and long.
    package static let leastBytes = 20

    package let role: ConsoleRole
    private let digest: [UInt8]

    /// - Returns: nil for a token that is too short.
    package init?(role: ConsoleRole, token: Secret) {
        guard token.value.utf8.count >= Self.leastBytes else { return nil }
        self.role = role
        digest = Self.digest(of: token.value)
    }

    /// - Parameter hash: `sha256:` and 64 hexadecimal digits. - Returns: nil for all else.
    package init?(role: ConsoleRole, hash: String) {
        let prefix = "sha256:"
        guard hash.hasPrefix(prefix) else { return nil }
        let digits = hash.dropFirst(prefix.count)
        guard digits.utf8.count == 64, let digest = Self.bytes(ofHexadecimal: digits) else { return nil }
        self.role = role
        self.digest = digest
    }

    /// The role of a token; nil where it is none of these. It takes as long for any token: every digest is compared, and
    /// each of them whole.
    package static func role(of token: String, among tokens: [AccessToken]) -> ConsoleRole? {
        let digest = digest(of: token)
        var role: ConsoleRole?
        for known in tokens where ConstantTime.areEqual(known.digest, digest) {
            // Where one token stands twice, the greater right counts.
            if role != .operator { role = known.role }
        }
        return role
    }

    private static func digest(of token: String) -> [UInt8] { Array(SHA256.hash(data: Data(token.utf8))) }

    private static func bytes(ofHexadecimal digits: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = digits
        while !rest.isEmpty {
            guard let byte = UInt8(digits: rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}

/// Comparisons that tell nothing by the time they take.
enum ConstantTime {
    static func areEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    static func areEqual(_ left: String, _ right: String) -> Bool {
        areEqual(Array(left.utf8), Array(right.utf8))
    }
}
