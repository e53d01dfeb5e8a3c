/// The name of a connection's schema in its destination: a PostgreSQL schema, an SQLite file, a directory.
package struct SchemaName: Hashable, Sendable, RawRepresentable, CustomStringConvertible, Codable {
    package let rawValue: String

    /// `[a-z_][a-z0-9_$]*`, at most 49 bytes, not beginning with `pg_`.
    package init?(rawValue: String) {
        let isLetter = { (byte: UInt8) in (0x61...0x7a).contains(byte) || byte == UInt8(ascii: "_") }
        let isTail = { (byte: UInt8) in
            isLetter(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "$")
        }
        guard let first = rawValue.utf8.first, isLetter(first), rawValue.utf8.count < 50,
            rawValue.utf8.allSatisfy(isTail), !rawValue.hasPrefix("pg_"), rawValue != "information_schema"
        else { return nil }
        self.rawValue = rawValue
    }

    /// Stitch's rule: lower case, blanks and `-` become `_`, dots and parentheses go. `Stitch Zendesk` gives
    /// `stitch_zendesk`. Nil where that is no schema's name.
    package init?(fromName name: String) {
        var text = ""
        for character in name.lowercased() {
            switch character {
            case " ", "-": text.append("_")
            case ".", "(", ")": continue
            default: text.append(character)
            }
        }
        self.init(rawValue: text)
    }

    /// Words that follow "must be".
    package static let rule = "a schema's name: a-z, 0-9 and _, not a digit first, at most 49"

    /// The schema of a connection's name.
    package static func checked(fromName name: String) throws(SettingProblem) -> SchemaName {
        guard let schema = SchemaName(fromName: name) else {
            throw .says("`\(name)` makes no schema's name; set `schema` beside it")
        }
        return schema
    }

    package var description: String { rawValue }
}
