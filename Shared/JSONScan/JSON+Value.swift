extension JSON {
    /// The value of the object's first member with this key (compared as ``equals(_:_:in:)`` does), or nil.
    /// - Complexity: O(n) in the bytes of the object up to the member's end.
    package static func member(_ key: StaticString, of object: JSONNode, in bytes: Span<UInt8>) -> JSONNode? {
        var members = JSONMembers(of: object)
        while let member = members.next(in: bytes) {
            if equals(member.key, key, in: bytes) { return member.value }
        }
        return nil
    }

    /// An array or object that was left open, with its range.
    package static func closed(_ open: JSONNode, in bytes: Span<UInt8>) -> JSONNode {
        Scan.closed(open, before: bytes.count, in: bytes)
    }

    /// The integer that a number writes out as a sign and digits and nothing else, when it fits 64 bits; else nil.
    package static func integer(_ number: Range<Int>, in bytes: Span<UInt8>) -> Int64? {
        let range = number.clamped(to: 0..<bytes.count)
        guard !range.isEmpty else { return nil }
        let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
        let digits = (isNegative ? range.lowerBound &+ 1 : range.lowerBound)..<range.upperBound
        guard !digits.isEmpty else { return nil }
        if digits.count <= 18 {
            // So few digits fit 64 bits.
            var value: Int64 = 0
            for index in digits {
                let digit = bytes[index] &- 0x30
                guard digit < 10 else { return nil }
                value = value &* 10 &+ Int64(digit)
            }
            return isNegative ? -value : value
        }
        // Counted downwards: the negative numbers reach one further.
        var value: Int64 = 0
        for index in digits {
            let byte = bytes[index]
            guard Scan.isDigit(byte) else { return nil }
            let (tenfold, isTooLong) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooLarge) = tenfold.subtractingReportingOverflow(Int64(byte &- 0x30))
            guard !isTooLong, !isTooLarge else { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// Appends the value without insignificant white space, keys in their order, scalars as they are written.
    package static func appendCompact(_ node: JSONNode, in bytes: Span<UInt8>, to buffer: inout [UInt8]) {
        let range = node.range.clamped(to: 0..<bytes.count)
        var index = range.lowerBound
        // Where the bytes start that are not yet appended.
        var kept = index
        while true {
            index = Scan.first(from: index, before: range.upperBound, in: bytes, Scan.quoteOrSpace)
            guard index < range.upperBound else { break }
            if bytes[index] == Scan.quote {
                index = Scan.endOfString(at: index, before: range.upperBound, in: bytes)
            } else {
                append(kept..<index, of: bytes, to: &buffer)
                index &+= 1
                kept = index
            }
        }
        append(kept..<range.upperBound, of: bytes, to: &buffer)
    }
}
