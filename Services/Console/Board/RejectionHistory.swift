import Model

/// The rejected records of one connection.
struct RejectionHistory: Sendable {
    /// The retention of their topic.
    private static let daysKept: Int64 = 30
    /// Reasons told apart per day; a reason may quote what differs from record to record.
    private static let mostReasons = 200
    static let otherReasons = "(other reasons)"

    struct Kind: Hashable, Sendable {
        var table: String
        var reason: String
    }

    private var days: [Day: [Kind: RejectedView.Reason]] = [:]
    private var seen: [Day: Set<Int>] = [:]
    /// In the order in which they came.
    private var newest: [RejectionRow] = []

    /// - Parameter oldest: of the days that the board keeps.
    /// - Returns: false for a repeat, and for what is past keeping.
    mutating func take(_ fact: RejectedFact, from oldest: Day) -> Bool {
        let (row, day) = (fact.row, Day(of: fact.row.rejectedAt))
        guard day >= Self.oldest(oldest), seen[day, default: []].insert(fact.id.hashValue).inserted else {
            return false
        }
        var kind = Kind(table: row.table, reason: row.reason)
        if days[day]?[kind] == nil, days[day]?.count ?? 0 >= Self.mostReasons { kind.reason = Self.otherReasons }
        let one = RejectedView.Reason(
            table: kind.table,
            reason: kind.reason,
            count: 1,
            firstAt: row.rejectedAt,
            lastAt: row.rejectedAt
        )
        days[day, default: [:]][kind] = days[day]?[kind]?.adding(one) ?? one
        newest.append(row)
        if newest.count > 2 * Board.mostRejected { newest.removeFirst(Board.mostRejected) }
        return true
    }

    mutating func forget(before oldest: Day) {
        let oldest = Self.oldest(oldest)
        days = days.filter { $0.key >= oldest }
        seen = seen.filter { $0.key >= oldest }
        newest.removeAll { Day(of: $0.rejectedAt) < oldest }
    }

    private static func oldest(_ ofBoard: Day) -> Day { ofBoard + (Board.daysKept - daysKept) }

    /// By table and reason, the most frequent first.
    var reasons: [RejectedView.Reason] {
        let all = days.values.reduce(into: [Kind: RejectedView.Reason]()) { sums, day in
            sums.merge(day) { $0.adding($1) }
        }
        return all.values.sorted { ($1.count, $0.table, $0.reason) < ($0.count, $1.table, $1.reason) }
    }

    /// The newest first.
    var records: [RejectionRow] {
        Array(newest.sorted { $1.rejectedAt < $0.rejectedAt }.prefix(Board.mostRejected))
    }
}

extension RejectedView.Reason {
    fileprivate func adding(_ other: RejectedView.Reason) -> RejectedView.Reason {
        var sum = self
        sum.count += other.count
        sum.firstAt = min(firstAt, other.firstAt)
        sum.lastAt = max(lastAt, other.lastAt)
        return sum
    }
}
