extension JSON {
    /// Checks that the bytes are exactly one JSON document: RFC 8259, white space around it allowed, no byte order
    /// mark, valid UTF-8, within the limits.
    ///
    /// Escaped lone surrogates, `\u0000` and repeated keys are allowed: ``appendText(of:in:to:)`` repairs the first two,
    /// and who reads an object decides about the third. Memory: one word per open array or object.
    /// - Returns: the root.
    /// - Complexity: O(n).
    /// - Throws: where the first fault is.
    package static func validate(
        _ bytes: Span<UInt8>,
        limits: JSONLimits = JSONLimits()
    ) throws(JSONError) -> JSONNode {
        var validator = Validator(limits: limits)
        return try validator.document(bytes)
    }
}

/// Walks a document once, without recursion.
private struct Validator {
    /// What `members` is in an array.
    private static let array = -1
    /// What `members` is outside of every array and object.
    private static let outside = -2

    let limits: JSONLimits
    /// Members so far of the object that is open, or one of the constants above.
    private var members = Self.outside
    /// `members` of those around it, outermost first.
    private var around: [Int] = []

    init(limits: JSONLimits) {
        self.limits = limits
    }

    mutating func document(_ bytes: Span<UInt8>) throws(JSONError) -> JSONNode {
        let start = Scan.pastSpace(from: 0, before: bytes.count, in: bytes)
        guard start < bytes.count else { throw .unexpectedEnd }
        let kind = try Self.kind(at: start, in: bytes)
        var index = start
        repeat {
            index = try value(at: index, in: bytes)
            index = try nextValue(from: index, in: bytes)
        } while members != Self.outside
        let rest = Scan.pastSpace(from: index, before: bytes.count, in: bytes)
        guard rest == bytes.count else { throw .trailingBytes(offset: rest) }
        return JSONNode(kind: kind, range: start..<index)
    }

    private static func kind(at start: Int, in bytes: Span<UInt8>) throws(JSONError) -> JSONKind {
        switch bytes[start] {
        case Scan.quote: .string
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "t"): .true
        case UInt8(ascii: "f"): .false
        case UInt8(ascii: "n"): .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
        default: throw .unexpectedByte(offset: start)
        }
    }

    /// Reads the scalar at `start`, or opens containers from there until a scalar is read or an empty container closes.
    /// - Returns: the offset after it.
    @inline(__always)
    private mutating func value(at start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        var index = start
        while true {
            guard index < bytes.count else { throw .unexpectedEnd }
            switch bytes[index] {
            case Scan.quote:
                return try Self.string(at: index, in: bytes)
            case UInt8(ascii: "{"):
                try open(0, at: index)
                index = try Self.pastSpace(from: index &+ 1, in: bytes)
                if bytes[index] == UInt8(ascii: "}") {
                    close()
                    return index &+ 1
                }
                index = try key(at: index, in: bytes)
            case UInt8(ascii: "["):
                try open(Self.array, at: index)
                index = try Self.pastSpace(from: index &+ 1, in: bytes)
                if bytes[index] == UInt8(ascii: "]") {
                    close()
                    return index &+ 1
                }
            case UInt8(ascii: "t"):
                return try Self.literal("true", at: index, in: bytes)
            case UInt8(ascii: "f"):
                return try Self.literal("false", at: index, in: bytes)
            case UInt8(ascii: "n"):
                return try Self.literal("null", at: index, in: bytes)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                return try Self.number(at: index, in: bytes)
            default:
                throw .unexpectedByte(offset: index)
            }
        }
    }

    /// Closes what ends after a value, then steps over the comma, and the key after it, to where the next value is.
    /// - Returns: the offset of that value; the offset after the document once everything is closed.
    @inline(__always)
    private mutating func nextValue(from start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        var index = start
        while members != Self.outside {
            index = try Self.pastSpace(from: index, in: bytes)
            let byte = bytes[index]
            if byte == UInt8(ascii: ",") {
                index = try Self.pastSpace(from: index &+ 1, in: bytes)
                return members == Self.array ? index : try key(at: index, in: bytes)
            }
            guard byte == (members == Self.array ? UInt8(ascii: "]") : UInt8(ascii: "}")) else {
                throw .unexpectedByte(offset: index)
            }
            close()
            index &+= 1
        }
        return index
    }

    private mutating func open(_ newMembers: Int, at offset: Int) throws(JSONError) {
        guard around.count < limits.depth else { throw .tooDeep(offset: offset) }
        around.append(members)
        members = newMembers
    }

    private mutating func close() {
        members = around.removeLast()
    }

    /// Reads a key and its colon.
    /// - Returns: the offset of the value.
    @inline(__always)
    private mutating func key(at start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        guard bytes[start] == Scan.quote else { throw .unexpectedByte(offset: start) }
        guard members < limits.members else { throw .tooManyMembers(offset: start) }
        members &+= 1
        let colon = try Self.pastSpace(from: Self.string(at: start, in: bytes), in: bytes)
        guard bytes[colon] == UInt8(ascii: ":") else { throw .unexpectedByte(offset: colon) }
        return try Self.pastSpace(from: colon &+ 1, in: bytes)
    }
}

extension Validator {
    /// The next offset that holds no white space; there must be one.
    @inline(__always)
    private static func pastSpace(from start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        let index = Scan.pastSpace(from: start, before: bytes.count, in: bytes)
        guard index < bytes.count else { throw .unexpectedEnd }
        return index
    }

    private static func string(at start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        var index = start &+ 1
        while true {
            index = Scan.first(from: index, before: bytes.count, in: bytes, Scan.notSimple)
            guard index < bytes.count else { throw .unexpectedEnd }
            let byte = bytes[index]
            if byte == Scan.quote { return index &+ 1 }
            if byte == Scan.backslash {
                index = try escape(at: index, in: bytes)
            } else if byte < 0x20 {
                throw .controlCharacter(offset: index)
            } else {
                index = try sequences(at: index, in: bytes)
            }
        }
    }

    /// Text beyond ASCII seldom comes as one character: reads them as long as they follow each other.
    private static func sequences(at start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        var index = start
        repeat {
            let length = Scan.lengthOfSequence(at: index, before: bytes.count, in: bytes)
            guard length > 0 else { throw .invalidUTF8(offset: index) }
            index &+= length
        } while index < bytes.count && bytes[index] >= 0x80
        return index
    }

    private static func escape(at start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        guard bytes.count &- start > 1 else { throw .unexpectedEnd }
        switch bytes[start &+ 1] {
        case Scan.quote, Scan.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start &+ 2
        case UInt8(ascii: "u"):
            guard Scan.codeUnit(at: start &+ 2, before: bytes.count, in: bytes) != nil else {
                throw .invalidEscape(offset: start)
            }
            return start &+ 6
        default:
            throw .invalidEscape(offset: start)
        }
    }

    @inline(__always)
    private static func literal(_ word: StaticString, at start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        let length = word.utf8CodeUnitCount
        for index in 0..<length {
            guard start &+ index < bytes.count else { throw .unexpectedEnd }
            // Within the literal: index is below its count.
            guard bytes[start &+ index] == word.utf8Start[index] else { throw .unexpectedByte(offset: start &+ index) }
        }
        return start &+ length
    }

    private static func number(at start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        var index = bytes[start] == UInt8(ascii: "-") ? start &+ 1 : start
        let whole = index
        index = pastDigits(from: index, in: bytes)
        // Digits there must be, and a zero stands alone.
        guard index > whole, index == whole &+ 1 || bytes[whole] != UInt8(ascii: "0") else {
            throw .invalidNumber(offset: start)
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            let fraction = index &+ 1
            index = pastDigits(from: fraction, in: bytes)
            guard index > fraction else { throw .invalidNumber(offset: start) }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index &+= 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index &+= 1
            }
            let exponent = index
            index = pastDigits(from: exponent, in: bytes)
            guard index > exponent else { throw .invalidNumber(offset: start) }
        }
        return index
    }

    @inline(__always)
    private static func pastDigits(from start: Int, in bytes: Span<UInt8>) -> Int {
        var index = start
        while index < bytes.count, Scan.isDigit(bytes[index]) { index &+= 1 }
        return index
    }
}
