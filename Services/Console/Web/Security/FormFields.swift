import Model

/// The fields of a form, as a browser sends them (`application/x-www-form-urlencoded`), or of an address's query.
struct FormFields: Hashable, Sendable {
    /// More fields than any form of ours has.
    static let most = 2000

    private var values: [String: [String]] = [:]

    init() {}

    /// - Returns: nil for what is no form, or has too many fields.
    init?(_ text: some StringProtocol) {
        let fields = text.split(separator: "&", maxSplits: Self.most)
        guard fields.count <= Self.most else { return nil }
        for field in fields {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), let value = parts.count == 2 ? Self.decoded(parts[1]) : "" else {
                return nil
            }
            values[name, default: []].append(value)
        }
    }

    /// The first value of a field; nil where it is missing or empty.
    subscript(name: String) -> String? { values[name]?.first.flatMap { $0.isEmpty ? nil : $0 } }

    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// The text of percent-encoded UTF-8 with `+` for blanks; nil for what is none.
    private static func decoded(_ text: some StringProtocol) -> String? {
        PercentText.decoded(String(text).replacing("+", with: " "))
    }
}

/// Percent-encoding of the parts of addresses.
enum PercentText {
    /// - Returns: nil for a broken escape, and for what is no UTF-8.
    static func decoded(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2,
                let value = UInt8(digits: String(decoding: digits, as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension PercentText {
    /// All but unreserved characters of RFC 3986 as `%XX`.
    static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: return String(UnicodeScalar(byte))
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                return String(UnicodeScalar(byte))
            default: return byte < 16 ? "%0\(String(byte, radix: 16))" : "%\(String(byte, radix: 16))"
            }
        }.joined()
    }
}
