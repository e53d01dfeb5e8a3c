import Catalog
import Extractor
import Model
import Testing

@Suite("RateBudget")
struct RateBudgetTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func isAdmitted(_ budget: inout RateBudget, _ bucket: RateBucket, _ seconds: Int64) -> Bool {
        budget.admit(bucket, at: now + .seconds(seconds)) == .now
    }

    @Test("after a 429 nothing goes out before its Retry-After has passed")
    func retryAfter() {
        var budget = RateBudget()
        budget.observe(.account, status: 429, RateHeaders(retryAfter: "37"), at: now)
        for second: Int64 in [0, 1, 36] {
            #expect(!isAdmitted(&budget, .account, second))
            #expect(!isAdmitted(&budget, .incrementalExports, second))
        }
        #expect(isAdmitted(&budget, .account, 37))
        #expect(isAdmitted(&budget, .incrementalExports, 37))
    }

    @Test("a 429 that names its endpoint's budget holds only that one back")
    func endpoint() {
        var budget = RateBudget()
        let headers = RateHeaders(
            retryAfter: "20",
            account: .init(remaining: 300),
            endpoints: ["incremental-exports": .init(remaining: 0, resets: 20)]
        )
        budget.observe(.incrementalExports, status: 429, headers, at: now)
        #expect(!isAdmitted(&budget, .incrementalExports, 19))
        #expect(isAdmitted(&budget, .account, 0))
        #expect(isAdmitted(&budget, .usersCursor, 0))
        #expect(isAdmitted(&budget, .incrementalExports, 20))
    }

    @Test("a shorter Retry-After does not end a longer one")
    func longest() {
        var budget = RateBudget()
        budget.observe(.account, status: 429, RateHeaders(retryAfter: "30"), at: now)
        budget.observe(.account, status: 429, RateHeaders(retryAfter: "5"), at: now + .seconds(1))
        #expect(!isAdmitted(&budget, .account, 29))
        #expect(isAdmitted(&budget, .account, 30))
    }

    @Test("a spent budget is waited for without being told off, requests sent since counted")
    func remaining() {
        var budget = RateBudget()
        let headers = RateHeaders(endpoints: ["incremental-exports": .init(remaining: 2, resets: 40)])
        budget.observe(.incrementalExports, status: 200, headers, at: now)
        #expect(isAdmitted(&budget, .incrementalExports, 1))
        #expect(isAdmitted(&budget, .incrementalExports, 1))
        #expect(!isAdmitted(&budget, .incrementalExports, 1))
        #expect(isAdmitted(&budget, .account, 1))
        #expect(isAdmitted(&budget, .incrementalExports, 40))
    }

    @Test("a wait says until when and why, however long it is")
    func reasons() {
        var budget = RateBudget()
        budget.observe(.account, status: 429, RateHeaders(retryAfter: "100000"), at: now)
        guard case .wait(let until, let reason) = budget.admit(.account, at: now) else {
            Issue.record("admitted")
            return
        }
        #expect(until == now + .seconds(100_000))
        #expect(reason == "Zendesk's rate limit")
    }

    @Test("the share of the account's requests that is not ours stays for others")
    func share() {
        var budget = RateBudget(share: 0.8)
        let headers = RateHeaders(
            account: .init(remaining: 142, total: 700, resets: 30),
            endpoints: ["incremental-exports": .init(remaining: 1, total: 10, resets: 30)]
        )
        budget.observe(.incrementalExports, status: 200, headers, at: now)
        #expect(isAdmitted(&budget, .incrementalExports, 1))
        #expect(isAdmitted(&budget, .account, 1))
        #expect(!isAdmitted(&budget, .account, 1))
        #expect(isAdmitted(&budget, .account, 30))
        var whole = RateBudget()
        whole.observe(.account, status: 200, headers, at: now)
        for _ in 0..<142 { #expect(isAdmitted(&whole, .account, 1)) }
        #expect(!isAdmitted(&whole, .account, 1))
    }

    @Test("headers are read in their newer and older names")
    func headers() {
        let newer = RateHeaders(
            [
                ("ratelimit-limit", "700"), ("ratelimit-remaining", "12"), ("ratelimit-reset", "34"),
                ("Retry-After", " 7 "),
                ("zendesk-ratelimit-incremental-exports", "total=10; remaining=9; resets=38"),
            ].map { (name: $0.0, value: $0.1) }
        )
        #expect(newer.account == .init(remaining: 12, total: 700, resets: 34))
        #expect(newer.retryAfter == "7")
        #expect(newer.endpoints == ["incremental-exports": .init(remaining: 9, total: 10, resets: 38)])
        let older = RateHeaders(
            [
                ("X-Rate-Limit", "200"), ("X-Rate-Limit-Remaining", "0"),
                ("Zendesk-Rate-Limit-tickets-index", "total=1;remaining=0;resets=2"),
                ("zendesk-ratelimit-broken", "?"),
            ].map { (name: $0.0, value: $0.1) }
        )
        #expect(older.account == .init(remaining: 0, total: 200))
        #expect(older.endpoints == ["tickets-index": .init(remaining: 0, total: 1, resets: 2)])
    }
}
