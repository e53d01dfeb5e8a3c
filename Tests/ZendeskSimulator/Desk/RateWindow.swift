import Model

/// One budget: so many requests in each minute, the minute beginning with its first request.
struct RateWindow: Sendable {
    private static let length: Duration = .seconds(60)

    let limit: Int
    private(set) var used = 0
    private var start: Timestamp?

    init(limit: Int) {
        self.limit = limit
    }

    var remaining: Int { max(0, limit - used) }

    /// Whether a request at `now` is within the budget; it is not yet counted.
    mutating func allows(at now: Timestamp) -> Bool {
        if let start, now - start >= Self.length {
            self.start = nil
            used = 0
        }
        return used < limit
    }

    mutating func take(at now: Timestamp) {
        if start == nil { start = now }
        used += 1
    }

    /// Seconds until the budget is whole again, rounded up.
    func resets(at now: Timestamp) -> Int {
        guard let start else { return 60 }
        let left = (start + Self.length - now).wholeMilliseconds
        return max(1, Int((left + 999) / 1000))
    }
}
