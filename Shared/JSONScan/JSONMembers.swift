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

    /// The next member, or nil after the last.
    package mutating func next(in bytes: Span<UInt8>) -> JSONMember? {
        let end = min(self.end, bytes.count)
        let key = Scan.pastSeparator(from: next, before: end, in: bytes)
        guard key < end, bytes[key] == Scan.quote else { return nil }
        let keyEnd = Scan.endOfString(at: key, before: end, in: bytes)
        let colon = Scan.pastSpace(from: keyEnd, before: end, in: bytes)
        guard colon < end, bytes[colon] == UInt8(ascii: ":") else { return nil }
        let start = Scan.pastSpace(from: colon &+ 1, before: end, in: bytes)
        guard let value = Scan.value(at: start, before: end, in: bytes) else { return nil }
        next = value.range.upperBound
        return JSONMember(key: key..<keyEnd, value: value)
    }
}
