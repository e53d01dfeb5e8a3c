package import Model

/// Times at which something is due, by key: one heap for all connections of a process, no task for any of them.
package struct DueQueue<Key: Hashable & Sendable>: Sendable {
    private struct Entry {
        var due: Timestamp
        var key: Key
    }

    /// A binary heap, the earliest first.
    private var heap: [Entry] = []
    private var places: [Key: Int] = [:]

    package init() {}

    package var count: Int { heap.count }

    /// The earliest time; nil where nothing is due at any time.
    package var next: Timestamp? { heap.first?.due }

    /// When the key is due; nil: never.
    package subscript(key: Key) -> Timestamp? { places[key].map { heap[$0].due } }

    /// Sets, moves or, with nil, removes the time of a key.
    /// - Complexity: O(log n).
    package mutating func set(_ key: Key, _ due: Timestamp?) {
        guard let due else { return remove(key) }
        if let place = places[key] {
            heap[place].due = due
            settle(place)
        } else {
            places[key] = heap.count
            heap.append(Entry(due: due, key: key))
            settle(heap.count - 1)
        }
    }

    /// Removes and returns a key that is due, the earliest first; nil where none is.
    package mutating func pop(at now: Timestamp) -> Key? {
        guard let first = heap.first, first.due <= now else { return nil }
        remove(first.key)
        return first.key
    }

    private mutating func remove(_ key: Key) {
        guard let place = places.removeValue(forKey: key) else { return }
        let last = heap.removeLast()
        guard place < heap.count else { return }
        heap[place] = last
        places[last.key] = place
        settle(place)
    }

    /// Brings the entry at a place to where it belongs.
    private mutating func settle(_ start: Int) {
        var place = start
        while place > 0, heap[place].due < heap[(place - 1) / 2].due {
            swap(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
        while true {
            let children = [2 * place + 1, 2 * place + 2].filter { $0 < heap.count && heap[$0].due < heap[place].due }
            guard let child = children.min(by: { heap[$0].due < heap[$1].due }) else { return }
            swap(place, child)
            place = child
        }
    }

    private mutating func swap(_ one: Int, _ other: Int) {
        heap.swapAt(one, other)
        places[heap[one].key] = one
        places[heap[other].key] = other
    }
}
