/// Steps over bytes that everything here shares. Eight bytes are tested at a time; no step passes `end`.
///
/// Each test of a word gives a mask whose lowest set bit is the top bit of the first byte that passes; the bits above
/// that one may be wrong, because a borrow runs upwards only.
enum Scan {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")

    static let ones: UInt64 = 0x0101_0101_0101_0101
    static let tops: UInt64 = 0x8080_8080_8080_8080

    /// A quote, a backslash, a control character, or a byte beyond ASCII: where a string stops being simple.
    @inline(__always)
    static func notSimple(_ word: UInt64) -> UInt64 {
        (below(0x20, word) | differenceFrom(quote, word) | differenceFrom(backslash, word) | word) & tops
    }

    @inline(__always)
    static func quoteOrBackslash(_ word: UInt64) -> UInt64 {
        (differenceFrom(quote, word) | differenceFrom(backslash, word)) & ~word & tops
    }

    @inline(__always)
    static func quoteOrSpace(_ word: UInt64) -> UInt64 {
        (below(0x21, word) | differenceFrom(quote, word)) & ~word & tops
    }

    /// What must not stand as it is inside a JSON string.
    @inline(__always)
    static func needsEscape(_ word: UInt64) -> UInt64 {
        (below(0x20, word) | differenceFrom(quote, word) | differenceFrom(backslash, word)) & ~word & tops
    }

    @inline(__always)
    static func isBackslash(_ word: UInt64) -> UInt64 {
        differenceFrom(backslash, word) & ~word & tops
    }

    /// Eight bytes, the first of them lowest. They must be within bounds.
    @inline(__always)
    static func word(at start: Int, in bytes: Span<UInt8>) -> UInt64 {
        // Any eight bytes are a number, and the load checks the bounds.
        UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
    }

    /// The first offset in `start..<end` whose byte passes the test, or `end`.
    /// `end` must not exceed the count of the bytes.
    @inline(__always)
    static func first(from start: Int, before end: Int, in bytes: Span<UInt8>, _ test: (UInt64) -> UInt64) -> Int {
        var index = start
        while end &- index >= 8 {
            let mask = test(word(at: index, in: bytes))
            if mask != 0 { return index &+ mask.trailingZeroBitCount / 8 }
            index &+= 8
        }
        if index < end, bytes.count &- index >= 8 {
            // What follows the end may pass too: the first that passes is right.
            let mask = test(word(at: index, in: bytes))
            return mask == 0 ? end : min(index &+ mask.trailingZeroBitCount / 8, end)
        }
        while index < end {
            if test(UInt64(bytes[index])) & 0x80 != 0 { return index }
            index &+= 1
        }
        return end
    }

    /// The first offset in `start..<end` that holds no white space, or `end`.
    @inline(__always)
    static func pastSpace(from start: Int, before end: Int, in bytes: Span<UInt8>) -> Int {
        var index = start
        while index < end, isSpace(bytes[index]) { index &+= 1 }
        return index
    }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10
    }

    /// The value of a hexadecimal digit.
    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte) - 0x57
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte) - 0x37
        default: nil
        }
    }

    /// The UTF-16 code unit of four hexadecimal digits that start at `start`.
    static func codeUnit(at start: Int, before end: Int, in bytes: Span<UInt8>) -> UInt32? {
        guard end &- start >= 4 else { return nil }
        var unit: UInt32 = 0
        for index in start..<(start &+ 4) {
            guard let digit = hexDigit(bytes[index]) else { return nil }
            unit = unit << 4 | digit
        }
        return unit
    }

    /// The length of the UTF-8 sequence whose first byte, beyond ASCII, stands at `start`; 0 when it is malformed.
    /// Table 3-7 of the Unicode standard: no overlong forms, no surrogates, nothing above U+10FFFF.
    static func lengthOfSequence(at start: Int, before end: Int, in bytes: Span<UInt8>) -> Int {
        let lead = bytes[start]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard end &- start >= length, second.contains(bytes[start &+ 1]) else { return 0 }
        if length > 2, bytes[start &+ 2] & 0xC0 != 0x80 { return 0 }
        if length > 3, bytes[start &+ 3] & 0xC0 != 0x80 { return 0 }
        return length
    }

    /// Top bits of the bytes below `bound`; right for ASCII bytes only, as the callers see to.
    @inline(__always)
    private static func below(_ bound: UInt8, _ word: UInt64) -> UInt64 {
        word &- (ones &* UInt64(bound))
    }

    /// Top bits of the bytes that equal `byte`; right for ASCII bytes only, as the callers see to.
    @inline(__always)
    private static func differenceFrom(_ byte: UInt8, _ word: UInt64) -> UInt64 {
        (word ^ (ones &* UInt64(byte))) &- ones
    }
}
