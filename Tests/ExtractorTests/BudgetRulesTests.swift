import Catalog
import Extractor
import Model
import Testing

@Suite("RateBudget's rules")
struct BudgetRulesTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func isAdmitted(_ budget: inout RateBudget, _ bucket: RateBucket, _ seconds: Int64 = 0) -> Bool {
        budget.admit(bucket, at: now + .seconds(seconds)) == .now
    }

    @Test("a single endpoint header of an unknown name is taken as the bucket's that was asked")
    func unknownName() {
        for name in ["talk-stats-incremental", "something-new"] {
            var budget = RateBudget()
            let headers = RateHeaders(account: .init(remaining: 90), endpoints: [name: .init(remaining: 0, resets: 30)])
            budget.observe(.talkExports, status: 200, headers, at: now)
            #expect(!isAdmitted(&budget, .talkExports, 29))
            #expect(isAdmitted(&budget, .account, 29))
            #expect(isAdmitted(&budget, .talkExports, 30))
        }
    }

    @Test("an unknown name says nothing beside another one, or of an account-wide budget; a known one is its own")
    func otherNames() {
        var budget = RateBudget()
        let two = RateHeaders(endpoints: ["a": .init(remaining: 0, resets: 9), "b": .init(remaining: 0, resets: 9)])
        budget.observe(.talkExports, status: 200, two, at: now)
        budget.observe(.account, status: 200, RateHeaders(endpoints: ["a": .init(remaining: 0, resets: 9)]), at: now)
        #expect(isAdmitted(&budget, .talkExports) && isAdmitted(&budget, .account))
        let known = RateHeaders(endpoints: ["incremental-exports": .init(remaining: 0, resets: 9)])
        budget.observe(.talkExports, status: 200, known, at: now)
        #expect(isAdmitted(&budget, .talkExports))
        #expect(!isAdmitted(&budget, .incrementalExports))
    }

    @Test("every bucket draws on its account-wide budget, and on no other", arguments: RateBucket.allCases)
    func parents(bucket: RateBucket) {
        var budget = RateBudget()
        let headers = RateHeaders(account: .init(remaining: 0, total: 200, resets: 20))
        budget.observe(bucket, status: 200, headers, at: now)
        for other in RateBucket.allCases {
            #expect(isAdmitted(&budget, other) == (other.account != bucket.account), "\(other)")
        }
    }

    @Test("the share holds for each account-wide budget", arguments: [RateBucket.account, .chat, .helpCenter])
    func share(bucket: RateBucket) {
        var budget = RateBudget(share: 0.5)
        let headers = RateHeaders(account: .init(remaining: 102, total: 200, resets: 20))
        budget.observe(bucket, status: 200, headers, at: now)
        #expect((0..<5).filter { _ in isAdmitted(&budget, bucket) }.count == 2)
    }

    @Test(
        "without headers some buckets keep to a pace in any minute, until headers tell",
        arguments: [
            (RateBucket.incrementalExports, 10), (.usersCursor, 20), (.ticketAudits, 450), (.talkExports, 10),
            (.tags, 100), (.chat, 160),
        ]
    )
    func pace(bucket: RateBucket, limit: Int) {
        var budget = RateBudget(share: 0.8)
        let early = (0..<(limit / 2)).filter { _ in isAdmitted(&budget, bucket) }.count
        let late = (0..<limit).filter { _ in isAdmitted(&budget, bucket, 50) }.count
        #expect(early + late == limit)
        guard case .wait(let until, let reason) = budget.admit(bucket, at: now + .seconds(50)) else {
            Issue.record("admitted")
            return
        }
        #expect(until == now + .seconds(61) && reason.contains(bucket.rawValue))
        // The early ones only: those of second 50 still count.
        #expect((0..<limit).filter { _ in isAdmitted(&budget, bucket, 61) }.count == limit / 2)
        let headers = RateHeaders(
            account: .init(remaining: 50_000, total: 60_000, resets: 60),
            endpoints: [bucket.rawValue: .init(remaining: 4000, total: 5000, resets: 60)]
        )
        budget.observe(bucket, status: 200, headers, at: now + .seconds(61))
        #expect((0..<300).allSatisfy { _ in isAdmitted(&budget, bucket, 62) })
    }

    @Test("account-wide budgets without headers are not paced")
    func unpaced() {
        var budget = RateBudget()
        #expect((0..<5000).allSatisfy { _ in isAdmitted(&budget, .account) })
    }

    @Test(
        "zero, negative, huge and missing values do no harm: after a wait of at most an hour there is a request",
        arguments: [
            RateHeaders.Allowance(remaining: 0), .init(remaining: 0, total: 0, resets: 0),
            .init(remaining: -5, total: -9, resets: -70), .init(remaining: .min, total: .min, resets: .min),
            .init(remaining: .max, total: .max, resets: .max), .init(remaining: 0, total: .max, resets: .max),
            .init(remaining: 0, total: 1, resets: 1), .init(remaining: 1, total: 1, resets: 1),
        ],
        [1, 0.8, 0.001, 0]
    )
    func garbage(allowance: RateHeaders.Allowance, share: Double) {
        var budget = RateBudget(share: share)
        let headers = RateHeaders(account: allowance, endpoints: ["incremental-exports": allowance])
        budget.observe(.incrementalExports, status: 200, headers, at: now)
        var waits = 0
        var time = now
        while case .wait(let until, _) = budget.admit(.incrementalExports, at: time) {
            #expect(until > time)
            time = until
            waits += 1
            guard waits < 4 else { break }
        }
        #expect(waits < 4 && time - now <= .seconds(3600))
    }

    @Test("requests under way are not counted on twice")
    func inFlight() {
        var budget = RateBudget()
        for _ in 0..<4 { #expect(isAdmitted(&budget, .account)) }
        // One is answered, three are under way.
        let headers = RateHeaders(account: .init(remaining: 4, total: 10, resets: 20))
        budget.observe(.account, status: 200, headers, at: now)
        #expect((0..<5).filter { _ in isAdmitted(&budget, .account) }.count == 1)
        let level = budget.levels[.account]
        #expect(level?.remaining == 0 && level?.total == 10 && level?.resets == now + .seconds(20))
    }

    @Test("an answer that was overtaken brings nothing back")
    func overtaken() {
        var budget = RateBudget()
        budget.observe(.account, status: 200, RateHeaders(account: .init(remaining: 1, total: 9, resets: 20)), at: now)
        budget.observe(.account, status: 200, RateHeaders(account: .init(remaining: 7, total: 9, resets: 20)), at: now)
        #expect((0..<5).filter { _ in isAdmitted(&budget, .account) }.count == 1)
    }

    @Test("a 503 with a Retry-After holds everybody back, one without does not")
    func busy() {
        var budget = RateBudget()
        #expect(budget.observe(.tags, status: 503, RateHeaders(), at: now) == nil)
        #expect(isAdmitted(&budget, .account))
        #expect(budget.observe(.tags, status: 503, RateHeaders(retryAfter: "9"), at: now)?.delay == .seconds(9))
        #expect(!isAdmitted(&budget, .account, 8) && isAdmitted(&budget, .account, 9))
    }

    @Test("background requests leave a reserve while streams are at work, and take all when none is")
    func reserve() {
        var budget = RateBudget()
        let headers = RateHeaders(account: .init(remaining: 80, total: 700, resets: 1))
        budget.observe(.account, status: 200, headers, at: now)
        budget.beginForeground()
        let late = now + .milliseconds(990)
        // 70 are the reserve; of what is left of the second a stream could use one at most.
        let taken = (0..<40).filter { _ in budget.admit(.ticketAudits, .background, at: late) == .now }.count
        #expect((8...10).contains(taken))
        #expect(budget.admit(.account, at: late) == .now)
        budget.endForeground()
        let rest = (0..<100).filter { _ in budget.admit(.ticketAudits, .background, at: late) == .now }.count
        #expect(rest == 80 - taken - 1)
        guard case .wait = budget.admit(.ticketAudits, .background, at: late) else {
            Issue.record("more than there are")
            return
        }
    }
}
