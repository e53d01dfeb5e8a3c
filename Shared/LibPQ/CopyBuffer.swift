/// Memory for one chunk of COPY data, used again for each chunk.
///
/// Hot path: whoever fills it makes room for a whole row with one check, then writes through a pointer.
package final class CopyBuffer {
    private(set) var start: UnsafeMutableRawPointer
    private var capacity: Int
    /// Bytes that were written.
    package private(set) var count = 0

    package init(capacity: Int) {
        self.capacity = max(capacity, 1)
        start = .allocate(byteCount: self.capacity, alignment: 1)
    }

    deinit { start.deallocate() }

    package func removeAll() { count = 0 }

    /// Appends what the body writes.
    /// - Parameters:
    ///   - most: how many bytes the body writes at most.
    ///   - body: writes from the pointer on; returns where it stopped.
    @inline(__always)
    package func append(atMost most: Int, _ body: (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer) {
        if count + most > capacity { grow(to: count + most) }
        let end = body(start + count)
        count = end - start
        precondition(count <= capacity, "more was written than there was room for")
    }

    private func grow(to wanted: Int) {
        let larger = max(wanted, capacity * 2)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 1)
        moved.copyMemory(from: start, byteCount: count)
        start.deallocate()
        start = moved
        capacity = larger
    }
}
