package import Catalog
import Failpoints
import JSONScan
package import Model
package import ServiceRuntime
import Synchronization

/// A connection's way to ask Zendesk for pages: waits for the rate budget, authenticates, sends, and tries again as
/// ``RetryPolicy`` says, until there is a page or an error that asking again does not mend.
package final class ZendeskSession: Sendable {
    private struct Exchange: Sendable {
        var times: PageTimes
        var authorization: Secret
        var result: Result<ZendeskResponse, RequestFailure>
    }

    private struct Enlisted {
        var bucket: RateBucket
        var urgency: RateBudget.Urgency
    }

    /// Whoever sleeps longer than this before trying again lets others go first.
    private static let longPause = Duration.seconds(2)

    private let client: ZendeskClient
    private let authenticator: Authenticator
    private let policy: RetryPolicy
    private let clock: any WallClock
    private let stop: StopSignal
    private let observe: @Sendable (StreamName, Event) -> Void
    private let budget: AccountBudget
    /// Requests that share a small budget go one after another, so that each knows what the one before was told.
    private let queues: [RateBucket: BucketQueue]
    private let enlisted = Mutex<[StreamName: Enlisted]>([:])
    private let watchdog = Mutex(Watchdog())
    private let outage = Mutex(Outage())

    package init(
        client: ZendeskClient,
        authenticator: Authenticator,
        policy: RetryPolicy,
        budget: AccountBudget = AccountBudget(),
        clock: any WallClock,
        stop: StopSignal,
        observe: @escaping @Sendable (StreamName, Event) -> Void
    ) {
        self.client = client
        self.authenticator = authenticator
        self.policy = policy
        self.budget = budget
        self.clock = clock
        self.stop = stop
        self.observe = observe
        let shared = RateBucket.allCases.filter(\.isSingleFlight)
        queues = Dictionary(uniqueKeysWithValues: shared.map { ($0, BucketQueue()) })
    }

    /// As ``Authenticator/loginEnd``.
    package var loginEnd: Timestamp?? { get async { await authenticator.loginEnd } }

    /// A stream is going to be read. Until ``leave(_:)``, streams of a larger rank wait for it in a single-flight
    /// bucket, background requests leave it a reserve, and it is watched for stalls. Enlist all before the first asks.
    package func enlist(
        _ stream: StreamName,
        _ bucket: RateBucket,
        rank: Int,
        urgency: RateBudget.Urgency = .foreground
    ) {
        leave(stream)
        enlisted.withLock { $0[stream] = Enlisted(bucket: bucket, urgency: urgency) }
        queues[bucket]?.enlist(stream, rank: rank)
        if urgency == .foreground { budget.with { $0.beginForeground() } }
        progressed(stream)
    }

    /// The stream has ended, however it has. Harmless where it was not enlisted.
    package func leave(_ stream: StreamName) {
        guard let left = enlisted.withLock({ $0.removeValue(forKey: stream) }) else { return }
        queues[left.bucket]?.leave(stream)
        if left.urgency == .foreground { budget.with { $0.endForeground() } }
        watchdog.withLock { $0.end(stream) }
    }

    /// An enlisted stream got on; pages count by themselves.
    package func progressed(_ stream: StreamName) {
        let now = clock.now()
        guard enlisted.withLock({ $0[stream] != nil }) else { return }
        watchdog.withLock { $0.progress(stream, at: now) }
    }

    /// Reports stalls of enlisted streams until the task is cancelled.
    /// - Parameter interval: how often is looked, in real time.
    package func watch(every interval: Duration = .seconds(15)) async {
        // Not the wall clock's sleep: that one may leap.
        while (try? await Task.sleep(for: interval)) != nil { reportStalls() }
    }

    package func reportStalls() {
        let now = clock.now()
        for stall in watchdog.withLock({ $0.stalls(at: now) }) { observe(stall.stream, .stalled(since: stall.since)) }
    }

    /// Of the account, shared by all that ask it for anything.
    var limits: AccountBudget { budget }

    /// What is known of the account's budgets.
    package var levels: [RateBucket: RateBudget.Level] { budget.with { $0.levels } }

    /// Asks for a page until it is there.
    /// - Parameters:
    ///   - canShrink: half as many records could be asked for.
    ///   - isLargerPage: the page's size is a try: any 400 or 422 answers ``Answer/refusedPageSize(_:)``.
    ///   - urgency: background requests take only what is left over; the caller bounds how many run at once.
    ///   - onRefusal: what a 403 or 404 does.
    ///   - decode: makes the page of a body.
    /// - Throws: ``ExtractorError``, `SecretError`, or `CancellationError` when stopped.
    package func page<Page: Sendable>(
        _ request: PageRequest,
        of stream: StreamName,
        canShrink: Bool,
        isLargerPage: Bool = false,
        urgency: RateBudget.Urgency = .foreground,
        onRefusal: Refusals = .fail,
        decode: ([UInt8]) throws(PageError) -> Page
    ) async throws -> Answer<Page> {
        if urgency == .foreground { budget.with { $0.beginForeground() } }
        defer { if urgency == .foreground { budget.with { $0.endForeground() } } }
        let began = clock.now()
        var attempt = 0
        var hasRenewed = false
        while true {
            attempt += 1
            let exchange = try await exchange(request, stream, urgency, patientUntil: began + policy.patience)
            let outcome: RetryPolicy.Outcome
            var detail: String?
            var requestID: String?
            switch exchange.result {
            case .success(let response) where response.isSuccess:
                do {
                    let page = try decode(response.body)
                    try Failpoint.pageReceived.hit(orFail: PageError.invalidJSON(.unexpectedEnd))
                    progressed(stream)
                    return .page(page, exchange.times)
                } catch {
                    outcome = .unusable(error.problem)
                }
            case .success(let response):
                // Of a record that is skipped nothing is read, whatever it says.
                let isSkipped = onRefusal == .skip && [403, 404].contains(response.status)
                detail = isSkipped ? nil : ErrorDetail(response.body)?.text
                requestID = response.requestID
                outcome = .status(response.status, code: detail)
            case .failure(.tooLarge): outcome = .tooLarge
            case .failure(let failure): outcome = .broken(failure.problem)
            }
            let verdict = policy.verdict(
                outcome,
                attempt: attempt,
                hasRenewed: hasRenewed,
                canShrink: canShrink,
                isLargerPage: isLargerPage,
                skipsRefusals: onRefusal == .skip,
                jitter: .random(in: 0...1)
            )
            let told = [detail, requestID.map { "request \($0)" }].compactMap(\.self).joined(separator: ", ")
            let facts = told.isEmpty ? nil : told
            switch verdict {
            case .retry(let delay): try await pause(stream, request.bucket, for: delay, outcome.problem)
            case .whenAdmitted: attempt -= 1
            case .shrinkPage(let delay):
                if delay > .zero { try await pause(stream, request.bucket, for: delay, outcome.problem) }
                return .shrinkPage
            case .renewCredentials:
                hasRenewed = true
                attempt -= 1
                _ = try await authenticator.renewed(after: exchange.authorization, detail: facts)
            case .startTooRecent: return .startTooRecent(exchange.times)
            case .refusePageSize:
                return .refusedPageSize(.requestRefused(stream, status: outcome.status, detail: facts))
            case .skip:
                progressed(stream)
                return .skipped(status: outcome.status)
            case .refuseRequest: return .refused(.requestRefused(stream, status: outcome.status, detail: facts))
            case .refuseStream:
                let source: Source = request.bucket == .chat ? .chat : .support
                throw ExtractorError.permission(stream, status: outcome.status, detail: facts, source: source)
            case .giveUp: throw failure(outcome, attempts: attempt, detail: facts)
            }
        }
    }

    /// One request and its answer, when it is the stream's turn and the budget admits it.
    private func exchange(
        _ request: PageRequest,
        _ stream: StreamName,
        _ urgency: RateBudget.Urgency,
        patientUntil: Timestamp
    ) async throws -> Exchange {
        let stop = stop
        let authenticator = authenticator
        while true {
            // Before the turn and the admission: a login takes its time.
            let authorization = try await stop.interrupting { try await authenticator.authorization() }
            let attempt = { () async throws -> Result<Exchange, Held> in
                switch self.admission(request.bucket, urgency) {
                case .wait(let until, let reason): .failure(Held(until: until, reason: reason))
                case .now: .success(try await self.sent(request, stream, authorization))
                }
            }
            let result: Result<Exchange, Held>
            if let queue = queues[request.bucket] {
                result = try await queue.pass(stream, queues: { noteQueue(stream, behind: $0) }, attempt)
            } else {
                result = try await attempt()
            }
            switch result {
            case .success(let exchange): return exchange
            case .failure(let held):
                guard held.until <= patientUntil else {
                    throw ExtractorError.rateLimited(stream, until: held.until)
                }
                // A little later than told: clocks differ, and those who wait together should not all come at once.
                let later = held.until + .milliseconds(Int64.random(in: 20...250))
                try await wait(stream, until: later, reason: held.reason, isRateLimit: true)
            }
        }
    }

    /// The budget does not admit a request yet.
    private struct Held: Error {
        var until: Timestamp
        var reason: String
    }

    private func admission(_ bucket: RateBucket, _ urgency: RateBudget.Urgency) -> RateBudget.Admission {
        let now = clock.now()
        return budget.with { $0.admit(bucket, urgency, at: now) }
    }

    /// Sends an admitted request, and tells the budget what became of it.
    private func sent(
        _ request: PageRequest,
        _ stream: StreamName,
        _ authorization: Secret
    ) async throws -> Exchange {
        let exchange: Exchange
        do {
            exchange = try await stop.interrupting { try await self.send(request, authorization) }
        } catch {
            budget.with { $0.abandon(request.bucket) }
            throw error
        }
        let now = exchange.times.receivedAt
        MetricNames.requestDuration.observe(now - exchange.times.startedAt)
        switch exchange.result {
        case .success(let response):
            MetricNames.requests.add(1, String(response.status))
            MetricNames.receivedBytes.add(response.body.count)
            let limits = response.limits
            let retryAfter = budget.with { $0.observe(request.bucket, status: response.status, limits, at: now) }
            outage.withLock { response.status >= 500 ? $0.failed(at: now) : $0.answered() }
            if let delay = retryAfter?.delay {
                observe(stream, .throttled(status: response.status, bucket: request.bucket, until: now + delay))
            }
            observe(stream, .requested(bytes: response.body.count))
        case .failure(let failure):
            MetricNames.requests.add(1, "none")
            budget.with { $0.abandon(request.bucket) }
            outage.withLock { failure == .tooLarge ? $0.answered() : $0.failed(at: now) }
            observe(stream, .requested(bytes: 0))
        }
        return exchange
    }

    private func send(_ request: PageRequest, _ authorization: Secret) async throws -> Exchange {
        let (startedAt, began) = (clock.now(), ContinuousClock.now)
        let result: Result<ZendeskResponse, RequestFailure>
        do {
            result = .success(try await client.get(request.target, authorization: authorization))
        } catch let failure as RequestFailure {
            result = .failure(failure)
        }
        let times = PageTimes(
            startedAt: startedAt,
            receivedAt: clock.now(),
            took: .now - began,
            date: (try? result.get())?.limits.date
        )
        return Exchange(times: times, authorization: authorization, result: result)
    }

    /// Waits before another try. In a long wait others of the bucket need not wait too.
    private func pause(
        _ stream: StreamName,
        _ bucket: RateBucket,
        for delay: Duration,
        _ problem: String
    ) async throws {
        let now = clock.now()
        let hint = outage.withLock { $0.hint(at: now) }
        let reason = [problem, hint].compactMap(\.self).joined(separator: ", ")
        let queue = delay > Self.longPause ? queues[bucket] : nil
        queue?.stepAside(stream)
        defer { queue?.stepBack(stream) }
        try await wait(stream, until: now + delay, reason: reason)
    }

    private func wait(
        _ stream: StreamName,
        until: Timestamp,
        reason: String,
        isRateLimit: Bool = false
    ) async throws {
        if isRateLimit { watchdog.withLock { $0.hold(stream) } }
        observe(stream, .waits(RunProgress.Wait(until: until, reason: reason, isRateLimit: isRateLimit)))
        let began = clock.now()
        defer {
            MetricNames.waited.add(max(.zero, clock.now() - began), isRateLimit ? "rate_limit" : "retry")
            observe(stream, .waits(nil))
            if isRateLimit { release(stream) }
        }
        let clock = clock
        try await stop.interrupting { try await clock.sleep(for: until - clock.now()) }
    }

    private func noteQueue(_ stream: StreamName, behind first: StreamName?) {
        if first == nil { release(stream) } else { watchdog.withLock { $0.hold(stream) } }
        observe(stream, .queues(behind: first))
    }

    private func release(_ stream: StreamName) {
        let now = clock.now()
        watchdog.withLock { $0.release(stream, at: now) }
    }

    private func failure(_ outcome: RetryPolicy.Outcome, attempts: Int, detail: String?) -> ExtractorError {
        if case .status(401, _) = outcome {
            return .authentication(host: client.address.host, status: 401, detail: detail)
        }
        let problem = [outcome.problem, detail].compactMap(\.self).joined(separator: ": ")
        return .unavailable(host: client.address.host, problem: problem, attempts: attempts)
    }
}

extension RetryPolicy.Outcome {
    fileprivate var status: Int {
        if case .status(let status, _) = self { return status }
        return 0
    }
}
