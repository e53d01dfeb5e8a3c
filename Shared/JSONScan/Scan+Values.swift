/// Slicing values out of bytes that are known to be valid; other bytes give meaningless slices, within bounds.
extension Scan {
    /// The value that starts at `start`, or nil when none does. Of an array or object the range is empty: where it ends
    /// is not looked for.
    @inline(__always)
    static func openValue(at start: Int, before end: Int, in bytes: Span<UInt8>) -> JSONNode? {
        guard start < end else { return nil }
        switch bytes[start] {
        case quote:
            return JSONNode(kind: .string, range: start..<endOfString(at: start, before: end, in: bytes))
        case UInt8(ascii: "{"):
            return JSONNode(kind: .object, range: start..<start)
        case UInt8(ascii: "["):
            return JSONNode(kind: .array, range: start..<start)
        case UInt8(ascii: "t"):
            return JSONNode(kind: .true, range: start..<min(start &+ 4, end))
        case UInt8(ascii: "f"):
            return JSONNode(kind: .false, range: start..<min(start &+ 5, end))
        case UInt8(ascii: "n"):
            return JSONNode(kind: .null, range: start..<min(start &+ 4, end))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return JSONNode(kind: .number, range: start..<endOfNumber(at: start, before: end, in: bytes))
        default:
            return nil
        }
    }

    /// An array or object with its range.
    static func closed(_ open: JSONNode, before end: Int, in bytes: Span<UInt8>) -> JSONNode {
        let start = open.range.lowerBound
        let range = start..<ContainerScan.end(ofContainerAt: start, before: end, in: bytes)
        return JSONNode(kind: open.kind, range: range)
    }

    /// The offset after the closing quote of the string that opens at `start`, or `end`.
    @inline(__always)
    static func endOfString(at start: Int, before end: Int, in bytes: Span<UInt8>) -> Int {
        var index = start &+ 1
        while true {
            index = first(from: index, before: end, in: bytes, quoteOrBackslash)
            guard index < end else { return end }
            if bytes[index] == quote { return index &+ 1 }
            // A backslash: whatever follows it belongs to the string.
            guard end &- index > 2 else { return end }
            index &+= 2
        }
    }

    @inline(__always)
    private static func endOfNumber(at start: Int, before end: Int, in bytes: Span<UInt8>) -> Int {
        var index = start &+ 1
        while index < end {
            let byte = bytes[index]
            // Digits, and + - . E e: all that a number may be made of.
            guard isDigit(byte) || byte == 0x2E || byte == 0x2D || byte == 0x2B || byte | 0x20 == 0x65 else { break }
            index &+= 1
        }
        return index
    }
}

/// What the iterators over members and elements share.
extension Scan {
    /// The offsets between a container's brackets; an empty stretch for a node of another kind or a range that holds no
    /// two brackets.
    static func inside(_ node: JSONNode, _ kind: JSONKind) -> (start: Int, end: Int) {
        let range = node.range
        guard node.kind == kind, range.lowerBound >= 0, range.count >= 2 else { return (0, 0) }
        return (range.lowerBound + 1, range.upperBound - 1)
    }

    /// Steps over a comma and the white space around it, as far as there are any.
    @inline(__always)
    static func pastSeparator(from start: Int, before end: Int, in bytes: Span<UInt8>) -> Int {
        let index = pastSpace(from: start, before: end, in: bytes)
        guard index < end, bytes[index] == UInt8(ascii: ",") else { return index }
        return pastSpace(from: index &+ 1, before: end, in: bytes)
    }
}
