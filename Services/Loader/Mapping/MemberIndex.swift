import JSONScan

/// Finds an object's known members by the bytes of their keys, fastest where each follows the one that it followed last
/// time.
struct MemberIndex: Sendable {
    private struct Entry {
        var start: Int
        var count: Int
        var node: Int
        /// The next entry with the same hash, or -1.
        var next: Int
        /// The entry that was found after it last time, or -1.
        var successor = -1
    }

    private var entries: [Entry] = []
    private var keys: [UInt8] = []
    private var firstByHash: [UInt64: Int] = [:]
    /// The entry found last in the object that is open, or -1.
    private var last = -1
    /// The entry that objects began with last time, or -1.
    private var beginning = -1

    /// The members found after this are of another object.
    mutating func beginObject() {
        last = -1
    }

    /// - Parameter key: the key as written, without its quotes.
    mutating func find(_ key: Range<Int>, in bytes: Span<UInt8>) -> Int? {
        let likely = last < 0 ? beginning : entries[last].successor
        if likely >= 0, matches(likely, key, bytes) {
            last = likely
            return entries[likely].node
        }
        if firstByHash.isEmpty { return nil }
        var index = firstByHash[Self.hash(key, bytes)] ?? -1
        while index >= 0, !matches(index, key, bytes) { index = entries[index].next }
        guard index >= 0 else { return nil }
        follow(with: index)
        return entries[index].node
    }

    mutating func add(_ key: Range<Int>, in bytes: Span<UInt8>, node: Int) {
        let start = keys.count
        bytes.extracting(key).withUnsafeBufferPointer { keys.append(contentsOf: $0) }
        let hash = Self.hash(key, bytes)
        entries.append(Entry(start: start, count: key.count, node: node, next: firstByHash[hash] ?? -1))
        firstByHash[hash] = entries.count - 1
        follow(with: entries.count - 1)
    }

    private mutating func follow(with index: Int) {
        if last < 0 { beginning = index } else { entries[last].successor = index }
        last = index
    }

    /// Forgets members whose nodes lie at `count` or beyond.
    mutating func removeNodes(from count: Int) {
        guard entries.contains(where: { $0.node >= count }) else { return }
        let kept = entries.filter { $0.node < count }
        let bytes = keys
        self = MemberIndex()
        for entry in kept { add(entry.start..<(entry.start + entry.count), in: bytes.span, node: entry.node) }
    }

    @inline(__always)
    private func matches(_ index: Int, _ key: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        guard entries[index].count == key.count else { return false }
        return JSON.areEqual(key, in: bytes, entries[index].start, in: keys.span)
    }

    /// FNV-1a. Source: http://www.isthe.com/chongo/tech/comp/fnv/
    private static func hash(_ key: Range<Int>, _ bytes: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in key { hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3 }
        return hash
    }
}
