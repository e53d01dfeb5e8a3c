/// The elements of an array, one at a time, in their order.
///
/// Holds positions only: the bytes come with each call and must be those the array was found in.
package struct JSONElements: Sendable {
    private var next: Int
    private let end: Int

    /// A node of another kind has no elements.
    package init(of array: JSONNode) {
        (next, end) = Scan.inside(array, .array)
    }

    /// The next element, or nil after the last.
    package mutating func next(in bytes: Span<UInt8>) -> JSONNode? {
        let end = min(self.end, bytes.count)
        let start = Scan.pastSeparator(from: next, before: end, in: bytes)
        guard let value = Scan.value(at: start, before: end, in: bytes) else { return nil }
        next = value.range.upperBound
        return value
    }
}
