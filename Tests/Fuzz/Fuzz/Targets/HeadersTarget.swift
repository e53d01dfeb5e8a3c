import Catalog
import Extractor
import Model

/// Headers of an answer, one a line: no request before a `Retry-After`, no budget above what was told, and no wait
/// without an end.
func fuzzHeaders(_ bytes: [UInt8]) {
    let status = [200, 200, 429, 503, 500][Int(bytes.first ?? 0) % 5]
    let buckets = RateBucket.allCases
    let bucket = buckets[Int(bytes.dropFirst().first ?? 0) % buckets.count]
    let share = [1, 0.8, 0.5, 0.01][Int(bytes.first ?? 0) / 5 % 4]
    let text = String(decoding: bytes.dropFirst(2), as: UTF8.self)
    let lines = text.split(separator: "\n").map { line in
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return (name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
    }
    let headers = RateHeaders(lines)
    let retry = RetryAfter(headers, now: now)
    check(retry.delay >= RetryAfter.shortest, "a delay of \(retry.delay)")
    let id = ZendeskResponse(status: status, requestID: text).requestID
    check(id.map { $0.utf8.count <= 64 && $0.utf8.allSatisfy { (0x21..<0x7f).contains($0) } } ?? true, "a request's id")

    var budget = RateBudget(share: share)
    check(budget.admit(bucket, at: now) == .now, "the first request waits")
    let asked = budget.observe(bucket, status: status, headers, at: now)
    check((asked != nil) == (status == 429 || status == 503 && headers.retryAfter != nil), "a wait for \(status)")
    for level in budget.levels.values {
        check((0...1_000_000_000).contains(level.total ?? 0), "a budget of \(level.total ?? 0)")
        check(level.remaining ?? 0 <= 1_000_000_000, "\(level.remaining ?? 0) requests are left")
    }
    if let asked {
        check(asked == retry, "\(asked.delay) instead of \(retry.delay)")
        isHeld(&budget, bucket, for: asked.delay)
    }
    isLetIn(&budget, bucket, after: asked?.delay ?? .zero)
}

private let now = Timestamp(seconds: 1_795_168_800)

private func isHeld(_ budget: inout RateBudget, _ bucket: RateBucket, for delay: Duration) {
    for moment in [Duration.zero, delay / 2, delay - .milliseconds(1)] {
        guard case .wait(let until, let reason) = budget.admit(bucket, at: now + moment) else {
            found("a request goes out \(moment) after the answer, before \(delay)")
        }
        check(until >= now + delay && !reason.isEmpty, "the wait ends too early")
    }
}

/// Whoever waits as told is let in after some waits.
private func isLetIn(_ budget: inout RateBudget, _ bucket: RateBucket, after delay: Duration) {
    var time = now + delay
    for _ in 0..<4 {
        guard case .wait(let until, _) = budget.admit(bucket, at: time) else { return }
        check(until > time, "a wait without an end")
        check(until - time <= .seconds(3600), "a wait of \(until - time) without a Retry-After")
        time = until
    }
    found("it waits for ever")
}
