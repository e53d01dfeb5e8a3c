/// JSON as a tree that keeps how each number and string was written. A decoder for tests: small, and without what a debug
/// build is slow at, since every table of every scene is compared by it.
enum JSONValue {
    case null
    case boolean(Bool)
    case number(String)
    case string(String, written: String)
    case array([JSONValue])
    case object([(name: String, value: JSONValue)])

    /// - Throws: ``Malformed``
    init(_ text: Substring) throws {
        var reader = JSONReader(Array(text.utf8))
        self = try reader.value()
        try reader.end()
    }

    /// As it was written, without white space.
    var compact: String {
        switch self {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .number(let written): written
        case .string(_, let written): written
        case .array(let elements): "[" + elements.map(\.compact).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { "\"\($0.name)\":\($0.value.compact)" }.joined(separator: ",") + "}"
        }
    }

    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    struct Malformed: Error {
        var offset: Int
    }
}

/// Reads one JSON text from its beginning to its end.
private struct JSONReader {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func value() throws -> JSONValue {
        switch peek() {
        case UInt8(ascii: "{"): return .object(try members())
        case UInt8(ascii: "["): return .array(try elements())
        case UInt8(ascii: "\""):
            let (text, written) = try string()
            return .string(text, written: written)
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    mutating func end() throws {
        skipBlanks()
        if offset < bytes.count { throw JSONValue.Malformed(offset: offset) }
    }

    private mutating func members() throws -> [(name: String, value: JSONValue)] {
        var members: [(name: String, value: JSONValue)] = []
        try take(Ascii.openBrace)
        while !takes(Ascii.closeBrace) {
            if !members.isEmpty { try take(Ascii.comma) }
            skipBlanks()
            let name = try string().text
            try take(Ascii.colon)
            members.append((name, try value()))
        }
        return members
    }

    private mutating func elements() throws -> [JSONValue] {
        var elements: [JSONValue] = []
        try take(Ascii.openBracket)
        while !takes(Ascii.closeBracket) {
            if !elements.isEmpty { try take(Ascii.comma) }
            elements.append(try value())
        }
        return elements
    }

    private mutating func string() throws -> (text: String, written: String) {
        let start = offset
        try take(Ascii.quote)
        while offset < bytes.count, bytes[offset] != Ascii.quote, bytes[offset] != Ascii.backslash { offset += 1 }
        if offset < bytes.count, bytes[offset] == Ascii.quote {
            offset += 1
            let text = String(decoding: bytes[(start + 1)..<(offset - 1)], as: UTF8.self)
            return (text, "\"\(text)\"")
        }
        var units: [UInt16] = []
        var plain = start + 1
        func flush(_ end: Int) { units.append(contentsOf: String(decoding: bytes[plain..<end], as: UTF8.self).utf16) }
        while offset < bytes.count, bytes[offset] != Ascii.quote {
            guard bytes[offset] == Ascii.backslash else {
                offset += 1
                continue
            }
            flush(offset)
            units.append(try escape())
            plain = offset
        }
        flush(offset)
        try take(Ascii.quote)
        return (String(decoding: units, as: UTF16.self), String(decoding: bytes[start..<offset], as: UTF8.self))
    }

    private mutating func escape() throws -> UInt16 {
        guard offset + 1 < bytes.count else { throw JSONValue.Malformed(offset: offset) }
        let letter = bytes[offset + 1]
        offset += 2
        switch letter {
        case UInt8(ascii: "b"): return 8
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "f"): return 12
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "u"):
            let digits = String(decoding: bytes[offset..<min(offset + 4, bytes.count)], as: UTF8.self)
            guard let unit = UInt16(digits, radix: 16) else { throw JSONValue.Malformed(offset: offset) }
            offset += 4
            return unit
        default: return UInt16(letter)
        }
    }

    private mutating func number() throws -> String {
        let start = offset
        while offset < bytes.count, Ascii.isOfNumber(bytes[offset]) { offset += 1 }
        if start == offset { throw JSONValue.Malformed(offset: offset) }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws -> JSONValue {
        guard bytes[offset...].starts(with: word.utf8) else { throw JSONValue.Malformed(offset: offset) }
        offset += word.utf8.count
        return value
    }

    private mutating func peek() -> UInt8 {
        skipBlanks()
        return offset < bytes.count ? bytes[offset] : 0
    }

    private mutating func takes(_ character: UInt8) -> Bool {
        guard peek() == character else { return false }
        offset += 1
        return true
    }

    private mutating func take(_ character: UInt8) throws {
        guard takes(character) else { throw JSONValue.Malformed(offset: offset) }
    }

    private mutating func skipBlanks() {
        while offset < bytes.count, Ascii.isBlank(bytes[offset]) { offset += 1 }
    }
}

private enum Ascii {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
    static let comma = UInt8(ascii: ",")
    static let colon = UInt8(ascii: ":")

    static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 }

    /// Digits, signs, the point, `e` and `E`.
    static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x2b, 0x2d, 0x2e, 0x45, 0x65: true
        default: false
        }
    }
}
