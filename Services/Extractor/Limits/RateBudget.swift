package import Catalog
package import Model

/// Says when the next request to an account may go out: never before a `Retry-After` has passed, and not while an
/// answer's headers say that nothing is left.
package struct RateBudget: Sendable {
    package enum Admission: Hashable, Sendable {
        case now
        case wait(until: Timestamp, reason: String)
    }

    private struct Bucket {
        var blockedUntil: Timestamp?
        var reason = ""
        /// Requests left until `resets`, as the last answer said, less those sent since.
        var remaining: Int?
        var resets: Timestamp?
    }

    private var buckets: [RateBucket: Bucket] = [:]
    private let share: Double

    /// - Parameter share: what Deskpipe may use of the account's requests, above 0 and at most 1; the rest is left to
    ///   the account's other apps.
    package init(share: Double = 1) {
        self.share = share
    }

    /// Asks for leave to send one request; `now` takes it from the budget.
    package mutating func admit(_ bucket: RateBucket, at now: Timestamp) -> Admission {
        let names = Set([RateBucket.account, bucket])
        var latest: (until: Timestamp, reason: String)?
        for name in names {
            guard let wait = wait(for: name, at: now) else { continue }
            if latest.map({ wait.until > $0.until }) ?? true { latest = wait }
        }
        if let latest { return .wait(until: latest.until, reason: latest.reason) }
        for name in names { buckets[name]?.remaining? -= 1 }
        return .now
    }

    /// Takes what an answer says about the budgets that its request drew on.
    /// - Returns: for a 429, how long its `Retry-After` is.
    @discardableResult
    package mutating func observe(
        _ bucket: RateBucket,
        status: Int,
        _ headers: RateHeaders,
        at now: Timestamp
    ) -> RetryAfter? {
        note(headers.account, for: .account, at: now)
        if bucket != .account { note(headers.endpoints[bucket.rawValue], for: bucket, at: now) }
        guard status == 429 || (status == 503 && headers.retryAfter != nil) else { return nil }
        let retryAfter = RetryAfter(headers.retryAfter, now: now)
        let until = now + retryAfter.delay
        // Only an answer that says whose budget is spent lets the account's other requests go on.
        let isEndpoints = headers.endpoints[bucket.rawValue]?.remaining == 0 && headers.account?.remaining != 0
        let name = isEndpoints ? bucket : .account
        if until > buckets[name]?.blockedUntil ?? now {
            buckets[name, default: Bucket()].blockedUntil = until
            buckets[name]?.reason = "Zendesk's rate limit\(name == .account ? "" : " of \(name.rawValue)")"
        }
        return retryAfter
    }

    private mutating func note(_ allowance: RateHeaders.Allowance?, for name: RateBucket, at now: Timestamp) {
        guard let allowance else { return }
        let kept = name == .account ? Int((Double(allowance.total ?? 0) * (1 - share)).rounded(.up)) : 0
        buckets[name, default: Bucket()].remaining = allowance.remaining - kept
        buckets[name]?.resets = allowance.resets.map { now + .seconds(min(max($0, 1), 3600)) }
    }

    private mutating func wait(for name: RateBucket, at now: Timestamp) -> (until: Timestamp, reason: String)? {
        guard let bucket = buckets[name] else { return nil }
        if let until = bucket.blockedUntil, now < until { return (until, bucket.reason) }
        guard let remaining = bucket.remaining, remaining <= 0, let resets = bucket.resets else { return nil }
        if now < resets {
            let whose = name == .account && share < 1 ? "Deskpipe's share" : "all"
            return (resets, "\(whose) of this minute's requests is used up (\(name.rawValue))")
        }
        // Filled up again: the next answer says with how much.
        buckets[name]?.remaining = nil
        return nil
    }
}
