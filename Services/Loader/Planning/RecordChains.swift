/// The records of one stream in a batch by their keys: those of one key in a chain, the newest first. Pure.
///
/// Hot path: a record whose key comes once costs no allocation of its own.
struct RecordChains {
    private struct Link {
        /// The place of the record's event.
        let event: Int
        let sequence: Int64
        /// The link of the next older record of the key, or -1.
        var older = -1
        var isNewest = true

        func isNewer(than other: Link) -> Bool { (sequence, event) > (other.sequence, other.event) }
    }

    private var links: [Link] = []
    /// The link of the newest record of each key.
    private var newest: [RecordKey: Int] = [:]

    init(capacity: Int) {
        links.reserveCapacity(capacity)
        newest.reserveCapacity(capacity)
    }

    /// Adds a record; of two with one sequence the later event is the newer.
    mutating func add(_ key: RecordKey, event: Int, sequence: Int64) {
        let place = links.count
        links.append(Link(event: event, sequence: sequence))
        guard let head = newest.updateValue(place, forKey: key) else { return }
        if links[place].isNewer(than: links[head]) {
            links[place].older = head
            links[head].isNewest = false
            return
        }
        newest[key] = head
        var before = head
        while links[before].older >= 0, links[links[before].older].isNewer(than: links[place]) {
            before = links[before].older
        }
        links[place].older = links[before].older
        links[place].isNewest = false
        links[before].older = place
    }

    /// Goes through the chains in the order of their newest records' events.
    /// - Parameter body: told the events of a chain one by one, newest first, until it gives true; and their places among
    ///   those that were added.
    /// - Returns: how many older records the taken ones left behind.
    func takeNewest(_ body: (_ event: Int, _ place: Int) -> Bool) -> Int {
        var superseded = 0
        for start in links.indices where links[start].isNewest {
            var place = start
            while place >= 0, !body(links[place].event, place) { place = links[place].older }
            guard place >= 0 else { continue }
            while links[place].older >= 0 {
                superseded += 1
                place = links[place].older
            }
        }
        return superseded
    }
}

/// What tells a record of a stream from its others, in one form however it is written.
enum RecordKey: Hashable {
    /// The key of most streams: one integer.
    case integer(Int64)
    case text(String)

    var text: String {
        switch self {
        case .integer(let value): String(value)
        case .text(let text): text
        }
    }
}
