package import Model

/// Counts the requests of the last minute, to the second: never fewer than there were.
package struct RecentRequests: Sendable {
    private static let window: Int64 = 60

    private var seconds: [(second: Int64, count: Int)] = []

    package init() {}

    package mutating func add(at now: Timestamp) {
        // A clock that is set back does not make requests older than they are.
        let second = max(now.seconds, seconds.last?.second ?? .min)
        if let last = seconds.indices.last, seconds[last].second == second {
            seconds[last].count += 1
        } else {
            seconds.append((second, 1))
        }
        if let first = seconds.firstIndex(where: { now.seconds - $0.second <= Self.window }), first > 0 {
            seconds.removeFirst(first)
        }
    }

    /// When another request makes no more than `limit` in any minute; nil: now.
    package func opening(under limit: Int, at now: Timestamp) -> Timestamp? {
        let recent = seconds.filter { now.seconds - $0.second <= Self.window }
        var excess = recent.reduce(0) { $0 + $1.count } - max(limit, 1) + 1
        guard excess > 0 else { return nil }
        for (second, count) in recent {
            excess -= count
            if excess <= 0 { return Timestamp(seconds: second + Self.window + 1) }
        }
        return nil
    }
}
