import Crypto
import Foundation
package import Model

/// The headers that let a receiver know who sent a message, and when: those of Standard Webhooks.
/// Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
package enum WebhookSignature {
    /// A secret of that kind is the base64 of its bytes after this.
    private static let prefix = "whsec_"

    /// `webhook-id`, `webhook-timestamp` (seconds since 1970) and, with a secret, `webhook-signature`: `v1,` and the
    /// base64 of HMAC-SHA-256 over `id.timestamp.body`.
    package static func headers(
        of message: WebhookMessage,
        secret: Secret?,
        at now: Timestamp
    ) -> [(name: String, value: String)] {
        let id = SHA256.hash(data: Array(message.id.utf8)).prefix(16).map { byte in
            let text = String(byte, radix: 16)
            return text.count < 2 ? "0\(text)" : text
        }.joined()
        var headers = [(name: "webhook-id", value: "msg_\(id)"), ("webhook-timestamp", "\(now.seconds)")]
        if let secret {
            var authentication = HMAC<SHA256>(key: key(of: secret))
            authentication.update(data: Array("msg_\(id).\(now.seconds).".utf8))
            authentication.update(data: message.body)
            headers.append(("webhook-signature", "v1,\(Data(authentication.finalize()).base64EncodedString())"))
        }
        return headers
    }

    private static func key(of secret: Secret) -> SymmetricKey {
        if secret.value.hasPrefix(prefix), let bytes = Data(base64Encoded: String(secret.value.dropFirst(prefix.count)))
        {
            return SymmetricKey(data: bytes)
        }
        return SymmetricKey(data: Array(secret.value.utf8))
    }
}
