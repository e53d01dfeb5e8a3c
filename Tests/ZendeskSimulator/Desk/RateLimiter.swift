import Model

/// The budgets of the account and of its buckets, and the headers that tell of them.
struct RateLimiter: Sendable {
    private var accounts: [AccountBudget: RateWindow] = [:]
    private var buckets: [RateBucket: RateWindow] = [:]

    init(limits: RateLimits) {
        for budget in AccountBudget.allCases { accounts[budget] = RateWindow(limit: limits.limit(budget)) }
        for bucket in RateBucket.allCases { buckets[bucket] = RateWindow(limit: limits.limit(bucket)) }
    }

    /// A request that comes too early.
    struct Refusal: Sendable {
        var response: APIResponse
        /// How long the client is told to wait.
        var seconds: Int
        /// The bucket that is used up; nil for the account's own budget.
        var bucket: RateBucket?
    }

    /// A refusal, or nil where the request is within all its budgets and was counted.
    mutating func refusal(_ endpoint: Endpoint, at now: Timestamp) -> Refusal? {
        guard var account = accounts[endpoint.budget] else { return nil }
        let isAllowed = account.allows(at: now)
        accounts[endpoint.budget] = account
        guard isAllowed else {
            return refusal("Number of allowed API requests per minute exceeded", account, endpoint, now, bucket: nil)
        }
        if let bucket = endpoint.bucket, var window = buckets[bucket] {
            let isAllowed = window.allows(at: now)
            if isAllowed { window.take(at: now) }
            buckets[bucket] = window
            guard isAllowed else { return refusal(bucket.refusal, window, endpoint, now, bucket: bucket) }
        }
        account.take(at: now)
        accounts[endpoint.budget] = account
        return nil
    }

    /// What every answer says of the budgets.
    func headers(_ endpoint: Endpoint, at now: Timestamp) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        if let account = accounts[endpoint.budget] {
            headers = [
                ("X-Rate-Limit", String(account.limit)), ("X-Rate-Limit-Remaining", String(account.remaining)),
                ("ratelimit-limit", String(account.limit)), ("ratelimit-remaining", String(account.remaining)),
                ("ratelimit-reset", String(account.resets(at: now))),
            ]
        }
        if let bucket = endpoint.bucket, let window = buckets[bucket] {
            let state = "total=\(window.limit); remaining=\(window.remaining); resets=\(window.resets(at: now))"
            headers.append(("zendesk-ratelimit-\(bucket.rawValue)", state))
        }
        return headers
    }

    private func refusal(
        _ text: String,
        _ window: RateWindow,
        _ endpoint: Endpoint,
        _ now: Timestamp,
        bucket: RateBucket?
    ) -> Refusal {
        let seconds = window.resets(at: now)
        var response = APIResponse.text(text, status: 429)
        response.headers = headers(endpoint, at: now) + [("Retry-After", String(seconds))]
        return Refusal(response: response, seconds: seconds, bucket: bucket)
    }
}
