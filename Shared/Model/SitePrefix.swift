/// The part of a Zendesk host before `.zendesk.com`, checked so that it can name no other host.
///
/// `^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$` after trimming and lower-casing, without `--` in the third and fourth place.
package struct SitePrefix: Hashable, Sendable, RawRepresentable, CustomStringConvertible, Codable {
    package let rawValue: String

    package init?(rawValue: String) {
        guard rawValue.unicodeScalars.allSatisfy({ $0.isASCII }) else { return nil }
        let blanks: Set<Character> = [" ", "\t"]
        let trimmed = rawValue.drop { blanks.contains($0) }
        let text = String(trimmed.reversed().drop { blanks.contains($0) }.reversed()).lowercased()
        let bytes = Array(text.utf8)
        let isLetterOrDigit = { (byte: UInt8) in (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) }
        guard (2...63).contains(bytes.count), isLetterOrDigit(bytes[0]), isLetterOrDigit(bytes[bytes.count - 1]),
            bytes.allSatisfy({ isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }),
            !(bytes.count >= 4 && bytes[2] == UInt8(ascii: "-") && bytes[3] == UInt8(ascii: "-"))
        else { return nil }
        self.rawValue = text
    }

    /// The one host that requests of this account may go to.
    package var host: String { "\(rawValue).zendesk.com" }
    package var description: String { rawValue }

    /// What a person wrote as the prefix of their site.
    /// - Throws: for a pasted URL with the prefix that it seems to mean.
    package static func checked(_ text: String) throws(SettingProblem) -> SitePrefix {
        if let prefix = SitePrefix(rawValue: text) { return prefix }
        if let meant = suggestion(for: text) { throw .says("only the prefix belongs here: `\(meant)`") }
        throw .says("it is the prefix of your site: `acme` for acme.zendesk.com")
    }

    /// The prefix that a pasted URL or host seems to mean, for an error that says so; never used as it is.
    package static func suggestion(for text: String) -> SitePrefix? {
        var rest = text[...]
        for scheme in ["https://", "http://"] where rest.lowercased().hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
        }
        let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != ":" }
        let suffix = ".zendesk.com"
        guard host.lowercased().hasSuffix(suffix) else { return nil }
        return SitePrefix(rawValue: String(host.dropLast(suffix.count)))
    }
}
