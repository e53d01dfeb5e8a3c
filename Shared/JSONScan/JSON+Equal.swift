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
}
