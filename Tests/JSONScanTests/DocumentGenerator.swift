/// Writes random documents that are valid by construction: every kind of value, escape, number form and white space.
///
/// Keys are unique within their object, and no escape is a lone surrogate, so that another parser must read the same.
struct DocumentGenerator {
    private var random: SeededGenerator
    private var bytes: [UInt8] = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func document() -> [UInt8] {
        bytes = []
        space()
        value(depth: Int.random(in: 0...5, using: &random))
        space()
        return bytes
    }

    private mutating func value(depth: Int) {
        switch Int.random(in: 0..<(depth == 0 ? 6 : 12), using: &random) {
        case 0: bytes += Array("true".utf8)
        case 1: bytes += Array("false".utf8)
        case 2: bytes += Array("null".utf8)
        case 3: number()
        case 4, 5: string(suffix: "")
        case 6, 7, 8: array(depth: depth - 1)
        default: object(depth: depth - 1)
        }
    }

    private mutating func array(depth: Int) {
        bytes.append(UInt8(ascii: "["))
        space()
        for index in 0..<Int.random(in: 0...5, using: &random) {
            if index > 0 { separator(",") }
            value(depth: depth)
            space()
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func object(depth: Int) {
        bytes.append(UInt8(ascii: "{"))
        space()
        for index in 0..<Int.random(in: 0...5, using: &random) {
            if index > 0 { separator(",") }
            string(suffix: "#\(index)")
            separator(":")
            value(depth: depth)
            space()
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func separator(_ mark: String) {
        space()
        bytes += Array(mark.utf8)
        space()
    }

    private mutating func space() {
        guard Int.random(in: 0..<3, using: &random) == 0 else { return }
        for _ in 0..<Int.random(in: 0...11, using: &random) {
            bytes.append([0x20, 0x09, 0x0A, 0x0D].randomElement(using: &random) ?? 0x20)
        }
    }

    private mutating func number() {
        if Bool.random(using: &random) { bytes.append(UInt8(ascii: "-")) }
        let digits = Int.random(in: 1...17, using: &random)
        if digits == 1 {
            digit(from: 0)
        } else {
            digit(from: 1)
            for _ in 1..<digits { digit(from: 0) }
        }
        if Int.random(in: 0..<3, using: &random) == 0 {
            bytes.append(UInt8(ascii: "."))
            for _ in 0...Int.random(in: 0...5, using: &random) { digit(from: 0) }
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
            bytes += Array((["e", "E", "e+", "E+", "e-", "E-"].randomElement(using: &random) ?? "e").utf8)
            for _ in 0...Int.random(in: 0...1, using: &random) { digit(from: 0) }
        }
    }

    private mutating func digit(from low: UInt8) {
        bytes.append(0x30 + UInt8.random(in: low...9, using: &random))
    }

    private mutating func string(suffix: String) {
        bytes.append(StringParts.quote)
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            character()
        }
        bytes += Array(suffix.utf8)
        bytes.append(StringParts.quote)
    }

    private mutating func character() {
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            bytes += Array((StringParts.escapes.randomElement(using: &random) ?? "\\n").utf8)
        case 1:
            for unit in scalar().utf16 { hexadecimal(unit) }
        case 2, 3:
            bytes += Array(scalar().utf8)
        default:
            bytes += Array((StringParts.words.randomElement(using: &random) ?? "a").utf8)
        }
    }

    /// One character from U+0080 up, of any length in UTF-8.
    private mutating func scalar() -> String {
        let ranges: [ClosedRange<UInt32>] = [0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x10000...0x10FFFF]
        let value = UInt32.random(in: ranges.randomElement(using: &random) ?? 0x80...0x7FF, using: &random)
        return Unicode.Scalar(value).map { String(Character($0)) } ?? ""
    }

    private mutating func hexadecimal(_ unit: UInt16) {
        let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
        bytes += Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
    }
}

/// What strings are made of.
private enum StringParts {
    static let quote = UInt8(ascii: "\"")
    static let escapes = [
        "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u0000", "\\u001f", "\\u0022", "\\u005C", "\\u007f",
    ]
    static let words = ["a", "ticket", "{", "}", "[", "]", ",", ":", " ", "://example.test/", "0", "\u{7F}", "'"]
}

/// Bytes changed at random: flipped, replaced by a mark of the grammar, cut out, doubled, or cut off.
struct Mutator {
    private var random: SeededGenerator
    private static let marks = Array("\"\\{}[]:,tfnu0-+.eE \n\u{0}\u{1F}\u{7F}".utf8) + [0x80, 0xC0, 0xED, 0xF4, 0xFF]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func mutated(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            guard let index = bytes.indices.randomElement(using: &random) else { return bytes }
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
            case 1: bytes[index] = Self.marks.randomElement(using: &random) ?? 0
            case 2: bytes.remove(at: index)
            case 3: bytes.insert(bytes[index], at: index)
            case 4: bytes.insert(Self.marks.randomElement(using: &random) ?? 0, at: index)
            default: bytes.removeSubrange((Bool.random(using: &random) ? index : bytes.count - 1)...)
            }
        }
        return bytes
    }
}
