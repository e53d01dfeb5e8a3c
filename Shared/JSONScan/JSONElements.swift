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

    /// The elements of the array that opens here, wherever it ends; for ``nextOpen(in:)``.
    package init(ofArrayAt start: Int) {
        (next, end) = (start &+ 1, .max)
    }

    /// The next element, or nil after the last.
    package mutating func next(in bytes: Span<UInt8>) -> JSONNode? {
        guard var value = nextOpen(in: bytes) else { return nil }
        if value.range.isEmpty { value = Scan.closed(value, before: min(end, bytes.count), in: bytes) }
        next = value.range.upperBound
        return value
    }

    /// As ``next(in:)``, but where an array or object ends is not looked for: its range is empty, and whoever found out
    /// says so with ``resume(at:)`` before the next call.
    @inline(__always)
    package mutating func nextOpen(in bytes: Span<UInt8>) -> JSONNode? {
        let end = min(self.end, bytes.count)
        let start = Scan.pastSeparator(from: next, before: end, in: bytes)
        guard let value = Scan.openValue(at: start, before: end, in: bytes) else { return nil }
        next = value.range.upperBound
        return value
    }

    /// Goes on behind an array or object that was left open.
    package mutating func resume(at offset: Int) {
        next = offset
    }

    /// The offset after the array's bracket, once there is no next element.
    package func endOfArray(in bytes: Span<UInt8>) -> Int {
        min(Scan.pastSpace(from: next, before: min(end, bytes.count), in: bytes) &+ 1, bytes.count)
    }
}
