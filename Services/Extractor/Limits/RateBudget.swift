package import Catalog
package import Model

/// Says when the next request to an account may go out: never before a `Retry-After` has passed, and not while an
/// answer's headers say that nothing is left.
///
/// Each request draws on its bucket's budget and on the account-wide one above it. A budget that no answer has told
/// of keeps to a pace of its own, where one is known.
package struct RateBudget: Sendable {
    package enum Admission: Hashable, Sendable {
        case now
        case wait(until: Timestamp, reason: String)
    }

    /// Who asks.
    package enum Urgency: Hashable, Sendable {
        case foreground
        /// Takes only what foreground streams leave over: it never makes one of them wait.
        case background
    }

    /// What is known of a budget.
    package struct Level: Hashable, Sendable {
        /// Nil where no answer has told, or since it was filled up again.
        package var remaining: Int?
        package var total: Int?
        package var resets: Timestamp?
    }

    private struct Bucket {
        var blockedUntil: Timestamp?
        var reason = ""
        /// Requests left until `resets`, as the last answer said, less those sent since.
        var remaining: Int?
        /// The whole of it, less what is left to other apps.
        var whole: Int?
        /// As the answer said.
        var total: Int?
        var resets: Timestamp?
        var isTold = false
        var inFlight = 0
        var sent = RecentRequests()
    }

    /// A budget is filled up again after a minute, where an answer does not say when.
    private static let window = Duration.seconds(60)
    /// The latest time that is believed.
    private static let longestReset: Int64 = 3600
    /// More than any account has; keeps sums from overflowing.
    private static let mostRequests = 1_000_000_000
    /// How soon a background request looks again: foreground streams may have ended.
    private static let backgroundPause = Duration.seconds(5)

    private var buckets: [RateBucket: Bucket] = [:]
    /// Until when the account's token endpoint, which draws on no bucket, is not to be asked.
    package private(set) var loginBlockedUntil: Timestamp?
    /// What Deskpipe may use of the account's requests, above 0 and at most 1; the rest is left to its other apps.
    package var share: Double
    /// Foreground streams at work: while there are any, background requests leave a reserve.
    package private(set) var foregroundStreams = 0

    package init(share: Double = 1) {
        self.share = share
    }

    /// A foreground stream begins, or goes on.
    package mutating func beginForeground() { foregroundStreams += 1 }

    package mutating func endForeground() { foregroundStreams = max(0, foregroundStreams - 1) }

    /// What is known of the budgets, for people.
    package var levels: [RateBucket: Level] {
        buckets.filter(\.value.isTold).mapValues {
            Level(remaining: $0.remaining, total: $0.total, resets: $0.resets)
        }
    }

    /// Until when answers have forbidden requests, by the budget that is spent.
    package var blocks: [RateBucket: Timestamp] { buckets.compactMapValues(\.blockedUntil) }

    /// Forbids requests until then, as an answer that another process was given did.
    package mutating func block(_ name: RateBucket, until: Timestamp) {
        guard until > buckets[name]?.blockedUntil ?? Timestamp(microseconds: 0) else { return }
        buckets[name, default: Bucket()].blockedUntil = until
        buckets[name]?.reason = "Zendesk's rate limit\(name == .account ? "" : " of \(name.rawValue)")"
    }

    /// As ``block(_:until:)``, of the token endpoint.
    package mutating func blockLogin(until: Timestamp) { loginBlockedUntil = max(loginBlockedUntil ?? until, until) }

    /// Asks for leave to send one request; `now` takes it from the budget, until ``observe(_:status:_:at:)`` or
    /// ``abandon(_:)`` says what became of it.
    package mutating func admit(
        _ bucket: RateBucket,
        _ urgency: Urgency = .foreground,
        at now: Timestamp
    ) -> Admission {
        let names = Set([bucket.account, bucket])
        var latest: (until: Timestamp, reason: String)?
        for name in names {
            guard let wait = wait(for: name, at: now) else { continue }
            if latest.map({ wait.until > $0.until }) ?? true { latest = wait }
        }
        if latest == nil, urgency == .background { latest = reserveWait(bucket.account, at: now) }
        if let latest { return .wait(until: latest.until, reason: latest.reason) }
        for name in names {
            buckets[name, default: Bucket()].remaining? -= 1
            buckets[name]?.inFlight += 1
            buckets[name]?.sent.add(at: now)
        }
        return .now
    }

    /// An admitted request got no answer.
    package mutating func abandon(_ bucket: RateBucket) {
        for name in Set([bucket.account, bucket]) {
            guard let inFlight = buckets[name]?.inFlight, inFlight > 0 else { continue }
            buckets[name]?.inFlight = inFlight - 1
        }
    }

    /// Takes what an answer says about the budgets that its request drew on.
    /// - Returns: for a 429, or a 503 that has one, how long its `Retry-After` is.
    @discardableResult
    package mutating func observe(
        _ bucket: RateBucket,
        status: Int,
        _ headers: RateHeaders,
        at now: Timestamp
    ) -> RetryAfter? {
        abandon(bucket)
        note(headers.account, for: bucket.account, at: now)
        let own = headers.allowance(of: bucket)
        if bucket != bucket.account { note(own, for: bucket, at: now) }
        for (name, allowance) in headers.endpoints {
            if let other = RateBucket(rawValue: name), other != bucket { note(allowance, for: other, at: now) }
        }
        guard status == 429 || (status == 503 && headers.retryAfter != nil) else { return nil }
        let retryAfter = RetryAfter(headers, now: now)
        let until = now + retryAfter.delay
        // Only an answer that says whose budget is spent lets the account's other requests go on.
        let isEndpoints = own.map { $0.remaining <= 0 } == true && headers.account.map { $0.remaining > 0 } != false
        let name = isEndpoints ? bucket : bucket.account
        if until > buckets[name]?.blockedUntil ?? now {
            buckets[name, default: Bucket()].blockedUntil = until
            let whose = name == .account ? "" : " of \(name.rawValue)"
            buckets[name]?.reason = status == 429 ? "Zendesk's rate limit\(whose)" : "Zendesk is busy\(whose)"
        }
        return retryAfter
    }

    private mutating func note(_ allowance: RateHeaders.Allowance?, for name: RateBucket, at now: Timestamp) {
        guard let allowance else { return }
        var bucket = buckets[name] ?? Bucket()
        let total = allowance.total.flatMap { $0 > 0 ? min($0, Self.mostRequests) : nil }
        // At least one request is ours.
        let kept = name == name.account ? total.map { min(Int((Double($0) * (1 - share)).rounded(.up)), $0 - 1) } : 0
        let told = min(max(allowance.remaining, 0), Self.mostRequests)
        // Those under way may not be counted in it yet.
        let remaining = told - (kept ?? 0) - bucket.inFlight
        let resets = now + .seconds(min(max(allowance.resets ?? Self.window.components.seconds, 1), Self.longestReset))
        // Answers overtake one another: within a window less and less is left.
        let isSameWindow = bucket.resets.map { now < $0 && resets - $0 <= .seconds(2) } ?? false
        bucket.remaining = isSameWindow ? min(bucket.remaining ?? remaining, remaining) : remaining
        bucket.resets = isSameWindow && allowance.resets == nil ? bucket.resets : resets
        bucket.total = total
        bucket.whole = total.map { $0 - (kept ?? 0) }
        bucket.isTold = true
        buckets[name] = bucket
    }

    private mutating func wait(for name: RateBucket, at now: Timestamp) -> (until: Timestamp, reason: String)? {
        guard var bucket = buckets[name] else { return nil }
        if let until = bucket.blockedUntil, now < until { return (until, bucket.reason) }
        if let resets = bucket.resets, now >= resets {
            // Filled up again: the next answer says with how much.
            bucket.remaining = bucket.whole
            bucket.resets = bucket.whole.map { _ in now + Self.window }
            buckets[name] = bucket
        }
        if let remaining = bucket.remaining, remaining <= 0, let resets = bucket.resets {
            let whose = name == name.account && share < 1 ? "Deskpipe's share" : "all"
            return (resets, "\(whose) of this minute's requests is used up (\(name.rawValue))")
        }
        guard !bucket.isTold, let pace = pace(of: name),
            let opening = bucket.sent.opening(under: pace, at: now)
        else { return nil }
        return (opening, "\(pace) requests a minute are sent where Zendesk names no limit (\(name.rawValue))")
    }

    /// Requests a minute where no answer has told of the budget; nil: as many as there are.
    private func pace(of name: RateBucket) -> Int? {
        switch name {
        case .incrementalExports, .talkExports: 10
        case .usersCursor: 20
        case .tags: 100
        case .ticketAudits: 450
        case .chat: max(1, Int(200 * share))
        case .account, .helpCenter: nil
        }
    }

    /// While foreground streams are at work, background requests leave them what they can use at full speed until the
    /// budget is filled up, and a reserve for bursts.
    private func reserveWait(_ name: RateBucket, at now: Timestamp) -> (until: Timestamp, reason: String)? {
        guard foregroundStreams > 0, let bucket = buckets[name], let remaining = bucket.remaining,
            let resets = bucket.resets
        else { return nil }
        let whole = bucket.whole ?? 0
        let reserve = max((whole + 9) / 10, 5)
        let spare = Double(remaining - reserve)
        let window = Self.window.fractionalSeconds
        let left = min((resets - now).fractionalSeconds, window)
        guard spare <= Double(whole) * left / window else { return nil }
        let reason = "the account's requests are left to the other streams (\(name.rawValue))"
        guard spare > 0, whole > 0 else { return (min(resets, now + Self.backgroundPause), reason) }
        // When so little of the minute is left that the spare ones cannot be used otherwise.
        let pause = Int64(((left - spare * window / Double(whole)) * 1000).rounded(.up)) + 1
        return (min(resets, now + .milliseconds(min(pause, Self.backgroundPause.wholeMilliseconds))), reason)
    }
}

extension RateHeaders {
    /// What is left of an endpoint bucket: the header of its name, or the only one there where its name is unknown.
    fileprivate func allowance(of bucket: RateBucket) -> Allowance? {
        if let own = endpoints[bucket.rawValue] { return own }
        guard bucket != bucket.account, endpoints.count == 1, let (name, only) = endpoints.first,
            RateBucket(rawValue: name) == nil
        else { return nil }
        return only
    }
}
