import JSONScan

/// Finds an object's known members by the bytes of their keys, fastest in the order they came last time.
struct MemberIndex: Sendable {
    private struct Entry {
        var start: Int
        var count: Int
        var node: Int
        /// The next entry with the same hash, or -1.
        var next: Int
    }

    private var entries: [Entry] = []
    private var keys: [UInt8] = []
    private var firstByHash: [UInt64: Int] = [:]
    /// The entry that is likely to come next.
    private var likely = 0

    /// - Parameter key: the key as written, without its quotes.
    mutating func find(_ key: Range<Int>, in bytes: Span<UInt8>) -> Int? {
        if likely < entries.count, matches(entries[likely], key, bytes) {
            let node = entries[likely].node
            likely += 1
            return node
        }
        if firstByHash.isEmpty { return nil }
        var index = firstByHash[Self.hash(key, bytes)] ?? -1
        while index >= 0 {
            if matches(entries[index], key, bytes) {
                likely = index + 1
                return entries[index].node
            }
            index = entries[index].next
        }
        return nil
    }

    mutating func add(_ key: Range<Int>, in bytes: Span<UInt8>, node: Int) {
        let start = keys.count
        bytes.extracting(key).withUnsafeBufferPointer { keys.append(contentsOf: $0) }
        let hash = Self.hash(key, bytes)
        entries.append(Entry(start: start, count: key.count, node: node, next: firstByHash[hash] ?? -1))
        firstByHash[hash] = entries.count - 1
        likely = entries.count
    }

    /// Forgets members whose nodes lie at `count` or beyond.
    mutating func removeNodes(from count: Int) {
        guard entries.contains(where: { $0.node >= count }) else { return }
        let kept = entries.filter { $0.node < count }
        let bytes = keys
        self = MemberIndex()
        for entry in kept { add(entry.start..<(entry.start + entry.count), in: bytes.span, node: entry.node) }
    }

    private func matches(_ entry: Entry, _ key: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        guard entry.count == key.count else { return false }
        return JSON.areEqual(key, in: bytes, entry.start, in: keys.span)
    }

    /// FNV-1a. Source: http://www.isthe.com/chongo/tech/comp/fnv/
    private static func hash(_ key: Range<Int>, _ bytes: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in key { hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3 }
        return hash
    }
}
