package import Model

/// Which records of a walk's page are next: a pure decision over what the bookmark says is done.
package struct LaneWalk: Hashable, Sendable {
    /// The last record that is done, as in the bookmark: `1763632800|35436`; nil before the first.
    package private(set) var done: String?
    /// True for an export: its records come in the order of their change. A list's have no order to rely on.
    private let isOrdered: Bool
    /// Records whose children were read out of turn: when.
    private var revisited: [String: Timestamp] = [:]

    package init(done: String?, isOrdered: Bool) {
        self.done = done
        self.isOrdered = isOrdered
    }

    package struct Choice: Hashable, Sendable {
        /// In the walk's order, deleted ones left out.
        package var records: [ParentRecord]
        /// The walk has to end before the page does.
        package var isBounded = false
        /// The last record that is done with when these are, deleted ones included.
        package var last: ParentRecord?

        package init(records: [ParentRecord]) {
            self.records = records
        }
    }

    /// - Parameters:
    ///   - page: in the walk's order.
    ///   - bound: records that changed at this time or later have to wait; nil: none.
    package func choice(of page: [ParentRecord], before bound: Timestamp?) -> Choice {
        var choice = Choice(records: [])
        for record in remaining(of: page) {
            if let second = second(of: record), let bound, second >= bound.seconds {
                choice.isBounded = true
                break
            }
            choice.last = record
            if !record.isDeleted && !isFresh(record) { choice.records.append(record) }
        }
        return choice
    }

    package mutating func finish(_ record: ParentRecord) {
        done = "\(second(of: record).map(String.init) ?? "")|\(record.key)"
    }

    /// A list's next page has its own beginning.
    package mutating func forget() {
        done = nil
    }

    package mutating func revisit(_ key: String, at time: Timestamp) {
        revisited[key] = time
    }

    /// Where a refused cursor of the walk is replaced from; seconds since 1970.
    package var position: Int64? { done?.split(separator: "|").first.flatMap { Int64($0) } }

    private func isFresh(_ record: ParentRecord) -> Bool {
        guard let second = second(of: record), let time = revisited[record.key] else { return false }
        return second < time.seconds
    }

    /// A record's place in the export's order, seconds since 1970; nil in a list.
    private func second(of record: ParentRecord) -> Int64? {
        isOrdered ? Timestamp(position: record.order)?.seconds : nil
    }

    /// An export's records are ordered by time and key; a list's go on after the last one done, wherever it stands.
    private func remaining(of page: [ParentRecord]) -> ArraySlice<ParentRecord> {
        guard let done else { return page[...] }
        let parts = done.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return page[...] }
        let key = String(parts[1])
        guard let order = Int64(parts[0]) else {
            guard let index = page.firstIndex(where: { $0.key == key }) else { return page[...] }
            return page[(index + 1)...]
        }
        return page.filter { record in
            guard let other = second(of: record) else { return true }
            return other > order || (other == order && Self.isAfter(record.key, key))
        }[...]
    }

    private static func isAfter(_ left: String, _ right: String) -> Bool {
        if let left = Int64(left), let right = Int64(right) { return left > right }
        return left != right
    }
}
