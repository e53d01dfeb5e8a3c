import Extractor
import Model
import Testing

@Suite("RetryPolicy")
struct RetryPolicyTests {
    private let policy = RetryPolicy(attempts: 4)

    private func verdict(
        _ outcome: RetryPolicy.Outcome,
        attempt: Int = 1,
        hasRenewed: Bool = false,
        canShrink: Bool = false
    ) -> RetryPolicy.Verdict {
        policy.verdict(outcome, attempt: attempt, hasRenewed: hasRenewed, canShrink: canShrink, jitter: 1)
    }

    @Test(
        "what passes by itself is tried again, later each time, and then given up",
        arguments: [
            RetryPolicy.Outcome.status(500, code: nil), .status(502, code: nil), .status(503, code: nil),
            .status(504, code: nil), .status(520, code: nil), .status(524, code: nil), .status(409, code: nil),
            .status(408, code: nil), .status(425, code: nil), .status(501, code: nil), .status(521, code: nil),
            .status(522, code: nil), .status(523, code: nil), .status(525, code: nil), .status(526, code: nil),
            .status(530, code: nil), .status(599, code: nil), .broken("reset"), .unusable("the answer is cut short"),
        ]
    )
    func transient(outcome: RetryPolicy.Outcome) {
        let verdicts = (1...4).map { verdict(outcome, attempt: $0) }
        #expect(
            verdicts == [.retry(after: .seconds(1)), .retry(after: .seconds(2)), .retry(after: .seconds(4)), .giveUp]
        )
    }

    @Test(
        "other answers have a verdict of their own",
        arguments: [
            (RetryPolicy.Outcome.status(429, code: nil), RetryPolicy.Verdict.whenAdmitted),
            (.status(401, code: nil), .renewCredentials), (.status(403, code: nil), .refuseStream),
            (.status(404, code: "RecordNotFound"), .refuseStream), (.status(400, code: nil), .refuseRequest),
            (.status(422, code: "RecordInvalid"), .refuseRequest), (.status(302, code: nil), .refuseRequest),
            (.status(400, code: "StartTimeTooRecent: wait"), .startTooRecent),
            (.status(422, code: "Too recent start_time. Use a start_time older than 5 minutes"), .startTooRecent),
            (.tooLarge, .giveUp),
        ]
    )
    func verdicts(outcome: RetryPolicy.Outcome, expected: RetryPolicy.Verdict) {
        #expect(verdict(outcome) == expected)
    }

    @Test("a page that times out or is too large is asked for in halves while it can be")
    func shrinks() {
        #expect(verdict(.status(504, code: nil), canShrink: true) == .shrinkPage(after: .seconds(1)))
        #expect(verdict(.tooLarge, canShrink: true) == .shrinkPage(after: .zero))
    }

    @Test(
        "a refused page size is told from other refusals",
        arguments: [
            (400, "InvalidPaginationParameter: page[size] cannot be greater than 100", false, true),
            (400, "InvalidPaginationParameter: page[after] is not valid", false, false),
            (400, "InvalidPaginationParameter: page[after] is not valid", true, true),
            (422, nil, true, true), (422, nil, false, false),
        ] as [(Int, String?, Bool, Bool)]
    )
    func pageSizes(status: Int, code: String?, isLargerPage: Bool, isRefused: Bool) {
        let verdict = policy.verdict(
            .status(status, code: code),
            attempt: 1,
            hasRenewed: false,
            canShrink: false,
            isLargerPage: isLargerPage,
            jitter: 1
        )
        #expect(verdict == (isRefused ? .refusePageSize : .refuseRequest))
    }

    @Test("a start that is too recent is no refused page size, and a record's refusal is no stream's")
    func precedence() {
        let recent = policy.verdict(
            .status(422, code: "StartTimeTooRecent"),
            attempt: 1,
            hasRenewed: false,
            canShrink: true,
            isLargerPage: true,
            jitter: 1
        )
        #expect(recent == .startTooRecent)
        for status in [401, 403, 404, 410, 429, 500] {
            let verdict = policy.verdict(
                .status(status, code: nil),
                attempt: 1,
                hasRenewed: false,
                canShrink: false,
                skipsRefusals: true,
                jitter: 1
            )
            #expect((verdict == .skip) == [403, 404].contains(status))
        }
    }

    @Test("credentials are renewed once")
    func renews() {
        #expect(verdict(.status(401, code: nil), hasRenewed: true) == .giveUp)
    }

    @Test("the delay is capped, and random in its upper half")
    func delays() {
        #expect(policy.delay(40, 1) == .seconds(60))
        #expect(policy.delay(40, 0) == .seconds(30))
        #expect(policy.delay(1, 0.5) == .milliseconds(750))
        #expect(policy.delay(Int.max, 2) == .seconds(60))
    }
}

@Suite("RetryAfter")
struct RetryAfterTests {
    static let now = Timestamp(seconds: 784_111_777)  // Sun, 06 Nov 1994 08:49:37 GMT

    @Test(
        "the header's forms",
        arguments: [
            ("37", 37), ("0", 1), ("-5", 1), ("1.2", 2), (nil, 60), ("", 60), ("soon", 60), ("3600", 3600),
            ("1000000000", 1_000_000_000), ("99999999999999999999999", 1_000_000_000),
            ("Sun, 06 Nov 1994 08:50:07 GMT", 30),
            ("Sun, 06 Nov 1994 08:00:00 GMT", 1), ("Sun, 06 Nov 1994", 60), ("NaN", 60),
        ] as [(String?, Int64)]
    )
    func forms(value: String?, seconds: Int64) {
        #expect(RetryAfter(value, now: Self.now).delay == .seconds(seconds))
    }

    @Test(
        "a date is counted from the answer's own, however wrong this machine's clock is",
        arguments: [-86_400, 0, 86_400]
    )
    func ownDate(ahead: Int64) {
        var headers = RateHeaders(retryAfter: "Sun, 06 Nov 1994 08:50:07 GMT")
        headers.date = Self.now
        #expect(RetryAfter(headers, now: Self.now + .seconds(ahead)).delay == .seconds(30))
        headers.retryAfter = "30"
        #expect(RetryAfter(headers, now: Self.now + .seconds(ahead)).delay == .seconds(30))
    }
}
