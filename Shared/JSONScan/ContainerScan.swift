/// Finds where an array or object ends, eight bytes at a time, without a branch per token.
///
/// Bytes known to be valid need two things only: which bytes are inside strings, and how many brackets of either sort
/// stand outside of them. Brackets of both sorts count alike.
struct ContainerScan {
    private var index: Int
    private var depth = 0
    /// All ones inside a string, else zero.
    private var string: UInt64 = 0

    private init(from start: Int) {
        index = start
    }

    /// The offset after the bracket that closes the array or object that opens at `start`, or `end`.
    static func end(ofContainerAt start: Int, before end: Int, in bytes: Span<UInt8>) -> Int {
        var scan = ContainerScan(from: start)
        while end &- scan.index >= 8 {
            if scan.takeWord(Scan.word(at: scan.index, in: bytes)) { continue }
            if scan.takeBytes(before: scan.index &+ 8, in: bytes) { return min(scan.index, end) }
        }
        _ = scan.takeBytes(before: end, in: bytes)
        return min(scan.index, end)
    }

    /// Steps over eight bytes at once.
    /// - Returns: false, and no step, when there is an escape among them or the container may end.
    @inline(__always)
    private mutating func takeWord(_ word: UInt64) -> Bool {
        guard Self.equal(Scan.backslash, word) == 0 else { return false }
        let quotes = Self.equal(Scan.quote, word)
        // The product holds, in each byte, how many quotes there are up to it; an odd number is inside a string.
        let counts = (quotes >> 7) &* Scan.ones
        let inside = (counts ^ string) << 7
        // Setting bit 5 turns [ and ] into { and }.
        let folded = word | (Scan.ones &* 0x20)
        let closed = Self.count(Self.equal(UInt8(ascii: "}"), folded) & ~inside)
        guard closed < depth else { return false }
        let opened = Self.count(Self.equal(UInt8(ascii: "{"), folded) & ~inside)
        depth &+= opened &- closed
        string = 0 &- (inside >> 63)
        index &+= 8
        return true
    }

    /// Steps over bytes one by one; an escape that begins before `end` is stepped over whole.
    /// - Returns: true when the container ended.
    @inline(__always)
    private mutating func takeBytes(before end: Int, in bytes: Span<UInt8>) -> Bool {
        while index < end {
            let byte = bytes[index]
            index &+= 1
            if string != 0 {
                if byte == Scan.backslash { index &+= 1 }
                if byte == Scan.quote { string = 0 }
                continue
            }
            switch byte {
            case Scan.quote:
                string = .max
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth &+= 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth &-= 1
                if depth == 0 { return true }
            default:
                break
            }
        }
        return false
    }

    /// How many top bits are set.
    @inline(__always)
    private static func count(_ tops: UInt64) -> Int {
        Int(truncatingIfNeeded: ((tops >> 7) &* Scan.ones) >> 56)
    }

    /// The top bits of just those bytes that equal `byte`.
    @inline(__always)
    private static func equal(_ byte: UInt8, _ word: UInt64) -> UInt64 {
        let difference = word ^ (Scan.ones &* UInt64(byte))
        return ~(((difference & ~Scan.tops) &+ ~Scan.tops) | difference) & Scan.tops
    }
}
