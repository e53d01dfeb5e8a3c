import Crypto
import Foundation
import Model

/// Who looks at the console: a role, and a name that only this browser has.
struct Session: Hashable, Sendable {
    /// The browser that has signed in, until it signs out or ``endsAt``.
    let id: String
    let role: ConsoleRole
    let endsAt: Timestamp
    /// What each form must bring along: another site can send a form of ours, but cannot read this.
    let formToken: String
}

/// Makes and reads the cookies of sessions. A cookie is sealed with a key that lives as long as the process: so nothing is
/// kept for those who come, however many, and everybody signs in anew after a restart.
struct SessionSeal: Sendable {
    static let lifetime = Duration.seconds(12 * 3600)

    private let key = SymmetricKey(size: .bits256)

    func session(role: ConsoleRole, now: Timestamp) -> Session {
        let id = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined(separator: "-")
        return session(id: id, role: role, endsAt: Timestamp(seconds: (now + Self.lifetime).seconds))
    }

    /// The cookie's value: what it says, and the proof that this process said so.
    func cookie(_ session: Session) -> String {
        let text = "\(session.role.rawValue).\(session.endsAt.seconds).\(session.id)"
        return "\(text).\(proof("session", text))"
    }

    /// - Returns: nil for a cookie that this process did not make, or whose time is over.
    func session(cookie: String, now: Timestamp) -> Session? {
        let parts = cookie.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4 else { return nil }
        let text = parts[..<3].joined(separator: ".")
        guard ConstantTime.areEqual(parts[3], proof("session", text)), let role = ConsoleRole(rawValue: parts[0]),
            let seconds = Int64(parts[1]), now.seconds < seconds
        else { return nil }
        return session(id: parts[2], role: role, endsAt: Timestamp(seconds: seconds))
    }

    private func session(id: String, role: ConsoleRole, endsAt: Timestamp) -> Session {
        Session(id: id, role: role, endsAt: endsAt, formToken: proof("form", id))
    }

    private func proof(_ purpose: String, _ text: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data("\(purpose)\n\(text)".utf8), using: key)
        return code.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined()
    }
}
