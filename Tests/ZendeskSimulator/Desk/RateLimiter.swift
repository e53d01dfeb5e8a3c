import Model

/// The budgets of the account and of its buckets, and the headers that tell of them.
struct RateLimiter: Sendable {
    private var account: RateWindow
    private var buckets: [RateBucket: RateWindow]

    init(limits: RateLimits) {
        account = RateWindow(limit: limits.requests)
        buckets = [
            .incrementalExports: RateWindow(limit: limits.exports), .incrementalUsers: RateWindow(limit: limits.users),
        ]
    }

    /// A request that comes too early.
    struct Refusal: Sendable {
        var response: APIResponse
        /// How long the client is told to wait.
        var seconds: Int
        /// The account's own budget is used up, not only the bucket's.
        var isOfAccount: Bool
    }

    /// A refusal, or nil where the request is within all its budgets and was counted.
    mutating func refusal(bucket: RateBucket?, at now: Timestamp) -> Refusal? {
        guard account.allows(at: now) else {
            let text = "Number of allowed API requests per minute exceeded"
            return refusal(text, account, bucket, now, isOfAccount: true)
        }
        if let bucket, var window = buckets[bucket] {
            let isAllowed = window.allows(at: now)
            if isAllowed { window.take(at: now) }
            buckets[bucket] = window
            guard isAllowed else { return refusal(bucket.refusal, window, bucket, now, isOfAccount: false) }
        }
        account.take(at: now)
        return nil
    }

    /// What every answer says of the budgets.
    func headers(bucket: RateBucket?, at now: Timestamp) -> [(name: String, value: String)] {
        var headers = [
            ("X-Rate-Limit", String(account.limit)), ("X-Rate-Limit-Remaining", String(account.remaining)),
            ("ratelimit-limit", String(account.limit)), ("ratelimit-remaining", String(account.remaining)),
            ("ratelimit-reset", String(account.resets(at: now))),
        ]
        if let bucket, let window = buckets[bucket] {
            let state = "total=\(window.limit); remaining=\(window.remaining); resets=\(window.resets(at: now))"
            headers.append(("zendesk-ratelimit-\(bucket.rawValue)", state))
        }
        return headers
    }

    private func refusal(
        _ text: String,
        _ window: RateWindow,
        _ bucket: RateBucket?,
        _ now: Timestamp,
        isOfAccount: Bool
    ) -> Refusal {
        let seconds = window.resets(at: now)
        var response = APIResponse.text(text, status: 429)
        response.headers = headers(bucket: bucket, at: now) + [("Retry-After", String(seconds))]
        return Refusal(response: response, seconds: seconds, isOfAccount: isOfAccount)
    }
}
