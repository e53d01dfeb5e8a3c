extension JSON {
    /// True when the bytes of a range equal as many others from an offset on. Both must be within bounds.
    package static func areEqual(
        _ range: Range<Int>,
        in bytes: Span<UInt8>,
        _ start: Int,
        in others: Span<UInt8>
    ) -> Bool {
        var index = range.lowerBound
        var other = start
        while range.upperBound &- index >= 8 {
            guard Scan.word(at: index, in: bytes) == Scan.word(at: other, in: others) else { return false }
            index &+= 8
            other &+= 8
        }
        while index < range.upperBound {
            guard bytes[index] == others[other] else { return false }
            index &+= 1
            other &+= 1
        }
        return true
    }

    /// As ``areEqual(_:in:_:in:)`` of a range that seven more bytes follow: the last word is compared in part.
    @inline(__always)
    static func isSame(_ range: Range<Int>, of keys: Span<UInt8>, at start: Int, in bytes: Span<UInt8>) -> Bool {
        guard bytes.count &- start >= (range.count &+ 7) & ~7 else {
            return areEqual(range, in: keys, start, in: bytes)
        }
        var index = range.lowerBound
        var other = start
        while range.upperBound &- index >= 8 {
            guard Scan.word(at: index, in: keys) == Scan.word(at: other, in: bytes) else { return false }
            index &+= 8
            other &+= 8
        }
        let left = range.upperBound &- index
        guard left > 0 else { return true }
        let difference = Scan.word(at: index, in: keys) ^ Scan.word(at: other, in: bytes)
        return difference << UInt64(64 &- left &* 8) == 0
    }
}
