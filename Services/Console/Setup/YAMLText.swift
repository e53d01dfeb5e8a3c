/// Texts as YAML, which says of the same what was meant.
enum YAMLText {
    /// A text as one value: plain where that cannot be misread, else in double quotes.
    static func scalar(_ text: String) -> String {
        isPlain(text) ? text : quoted(text)
    }

    /// `[a, b]`
    static func list(_ texts: [String]) -> String { "[" + texts.map(scalar).joined(separator: ", ") + "]" }

    /// `{ a: x, b: y }`, of values that are YAML already.
    static func mapping(_ pairs: [(String, String)]) -> String {
        "{ " + pairs.map { "\(scalar($0.0)): \($0.1)" }.joined(separator: ", ") + " }"
    }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetterOrDigit(first) || first == UInt8(ascii: ".") else { return false }
        guard text.utf8.last != UInt8(ascii: ":"), text.utf8.last != UInt8(ascii: " ") else { return false }
        guard !text.contains(": "), !["null", "Null", "NULL"].contains(text) else { return false }
        // A blank before what is no comment, since `#` is none of these.
        let others = Array("_-./@+%: ".utf8)
        return text.utf8.allSatisfy { isLetterOrDigit($0) || others.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte) || (0x30...0x39).contains(byte)
    }

    /// Source: https://yaml.org/spec/1.2.2/#731-double-quoted-style
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: result += "\\\""
            case 0x5c: result += "\\\\"
            case 0..<0x20, 0x7f..<0xa0, 0x2028, 0x2029, 0xfeff:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
