/// The tokens of the grammar. Each function takes the offset where its token begins and returns the offset after it.
extension Validator {
    /// The next offset that holds no white space; there must be one.
    @inline(__always)
    static func pastSpace(from start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        let index = Scan.pastSpace(from: start, before: bytes.count, in: bytes)
        guard index < bytes.count else { throw .unexpectedEnd }
        return index
    }

    static func string(at start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
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
    static func literal(_ word: StaticString, at start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        let length = word.utf8CodeUnitCount
        for index in 0..<length {
            guard start &+ index < bytes.count else { throw .unexpectedEnd }
            // Within the literal: index is below its count.
            guard bytes[start &+ index] == word.utf8Start[index] else { throw .unexpectedByte(offset: start &+ index) }
        }
        return start &+ length
    }

    static func number(at start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
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
