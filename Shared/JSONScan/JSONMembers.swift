/// The members of an object, one at a time, in the order of the document.
///
/// Holds positions only: the bytes come with each call and must be those the object was found in.
package struct JSONMembers: Sendable {
    private var next: Int
    private let end: Int

    /// A node of another kind has no members.
    package init(of object: JSONNode) {
        (next, end) = Scan.inside(object, .object)
    }

    /// The members of the object that opens here, wherever it ends; for ``nextOpen(in:)``.
    package init(ofObjectAt start: Int) {
        (next, end) = (start &+ 1, .max)
    }

    /// The next member, or nil after the last.
    package mutating func next(in bytes: Span<UInt8>) -> JSONMember? {
        guard var member = nextOpen(in: bytes) else { return nil }
        if member.value.range.isEmpty {
            member.value = Scan.closed(member.value, before: min(end, bytes.count), in: bytes)
        }
        next = member.value.range.upperBound
        return member
    }

    /// As ``next(in:)``, but where an array or object ends is not looked for: its range is empty, and whoever found out
    /// says so with ``resume(at:)`` before the next call.
    @inline(__always)
    package mutating func nextOpen(in bytes: Span<UInt8>) -> JSONMember? {
        let end = min(self.end, bytes.count)
        let key = Scan.pastSeparator(from: next, before: end, in: bytes)
        guard key < end, bytes[key] == Scan.quote else { return nil }
        let keyEnd = Scan.endOfString(at: key, before: end, in: bytes)
        let colon = Scan.pastSpace(from: keyEnd, before: end, in: bytes)
        guard colon < end, bytes[colon] == UInt8(ascii: ":") else { return nil }
        let start = Scan.pastSpace(from: colon &+ 1, before: end, in: bytes)
        guard let value = Scan.openValue(at: start, before: end, in: bytes) else { return nil }
        next = value.range.upperBound
        return JSONMember(key: key..<keyEnd, value: value)
    }

    /// As ``nextOpen(in:)`` where the next member's key is written like one that is known; nil, and nothing is taken, where
    /// it is not. Hot path: neither the key's end nor its colon is looked for.
    /// - Parameters:
    ///   - key: where the known one stands in `keys`, with its quotes and a colon behind them.
    ///   - keys: goes on for seven bytes behind each key.
    package mutating func nextOpen(likely key: Range<Int>, of keys: Span<UInt8>, in bytes: Span<UInt8>) -> JSONNode? {
        let end = min(self.end, bytes.count)
        let start = Scan.pastSeparator(from: next, before: end, in: bytes)
        guard end &- start >= key.count, JSON.isSame(key, of: keys, at: start, in: bytes) else { return nil }
        let place = Scan.pastSpace(from: start &+ key.count, before: end, in: bytes)
        guard let value = Scan.openValue(at: place, before: end, in: bytes) else { return nil }
        next = value.range.upperBound
        return value
    }

    /// Goes on behind an array or object that was left open.
    package mutating func resume(at offset: Int) {
        next = offset
    }

    /// The offset after the object's bracket, once there is no next member.
    package func endOfObject(in bytes: Span<UInt8>) -> Int {
        min(Scan.pastSpace(from: next, before: min(end, bytes.count), in: bytes) &+ 1, bytes.count)
    }
}
