import JSONScan

/// Finds an object's known members by the bytes of their keys, fastest where each follows the one that it followed last
/// time: then the key is only compared.
struct MemberIndex: Sendable {
    private struct Entry {
        /// Where the key stands in ``MemberIndex/keys``, with its quotes and a colon.
        var written: Range<Int>
        var node: Int
        /// The next entry with the same hash, or -1.
        var next: Int
        /// The entry that was found after it last time, or -1.
        var successor = -1

        /// The key without its quotes.
        var key: Range<Int> { (written.lowerBound + 1)..<(written.upperBound - 2) }
    }

    private var entries: [Entry] = []
    /// Each key as objects have it, `"name":`, and at the end some bytes more, so that keys are compared by words.
    private var keys: [UInt8] = Self.padding
    private var firstByHash: [UInt64: Int] = [:]
    /// The entry found last in the object that is open, or -1.
    private var last = -1
    /// The entry that objects began with last time, or -1.
    private var beginning = -1

    private static let padding = [UInt8](repeating: 0, count: 8)

    /// The members found after this are of another object.
    mutating func beginObject() {
        last = -1
    }

    /// Takes the next member of an object if it is the one that came at its place last time.
    /// - Returns: nil, and nothing is taken, where it is another.
    mutating func takeLikely(
        _ members: inout JSONMembers,
        in bytes: Span<UInt8>
    ) -> (node: Int, value: JSONNode)? {
        let likely = last < 0 ? beginning : entries[last].successor
        guard likely >= 0,
            let value = members.nextOpen(likely: entries[likely].written, of: keys.span, in: bytes)
        else { return nil }
        last = likely
        return (entries[likely].node, value)
    }

    /// - Parameter key: the key as written, without its quotes.
    mutating func find(_ key: Range<Int>, in bytes: Span<UInt8>) -> Int? {
        if firstByHash.isEmpty { return nil }
        var index = firstByHash[Self.hash(key, bytes)] ?? -1
        while index >= 0, !matches(index, key, bytes) { index = entries[index].next }
        guard index >= 0 else { return nil }
        follow(with: index)
        return entries[index].node
    }

    /// - Parameter key: the key as written, without its quotes.
    mutating func add(_ key: Range<Int>, in bytes: Span<UInt8>, node: Int) {
        let start = keys.count - Self.padding.count
        keys.removeLast(Self.padding.count)
        keys.append(UInt8(ascii: "\""))
        bytes.extracting(key).withUnsafeBufferPointer { keys.append(contentsOf: $0) }
        keys += "\":".utf8
        let written = start..<keys.count
        keys += Self.padding
        let hash = Self.hash(key, bytes)
        entries.append(Entry(written: written, node: node, next: firstByHash[hash] ?? -1))
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
        for entry in kept { add(entry.key, in: bytes.span, node: entry.node) }
    }

    private func matches(_ index: Int, _ key: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        let known = entries[index].key
        return known.count == key.count && JSON.areEqual(key, in: bytes, known.lowerBound, in: keys.span)
    }

    /// FNV-1a. Source: http://www.isthe.com/chongo/tech/comp/fnv/
    private static func hash(_ key: Range<Int>, _ bytes: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in key { hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3 }
        return hash
    }
}
