import Catalog
import Model
import ServiceRuntime
import Synchronization

/// Sends requests for streams to an account, each when it is the stream's turn and the account's budget admits it, and
/// tells the budget what became of it. Watches that streams get on.
final class RateLimitedClient: Sendable {
    /// A request that was sent, and what came of it.
    struct Exchange: Sendable {
        var times: PageTimes
        var authorization: Secret
        var result: Result<ZendeskResponse, RequestFailure>
    }

    private struct Enlisted {
        var bucket: RateBucket
        var urgency: RateBudget.Urgency
    }

    /// The budget does not admit a request yet.
    private struct Held: Error {
        var until: Timestamp
        var reason: String
    }

    /// Whoever sleeps longer than this before trying again lets others go first.
    private static let longPause = Duration.seconds(2)

    private let client: ZendeskClient
    private let authenticator: Authenticator
    private let clock: any WallClock
    private let stop: StopSignal
    private let observe: @Sendable (StreamName, ZendeskSession.Event) -> Void
    private let budget: AccountBudget
    /// Requests that share a small budget go one after another, so that each knows what the one before was told.
    private let queues: [RateBucket: BucketQueue]
    private let enlisted = Mutex<[StreamName: Enlisted]>([:])
    private let watchdog = Mutex(Watchdog())
    private let outage = Mutex(Outage())

    init(
        client: ZendeskClient,
        authenticator: Authenticator,
        budget: AccountBudget,
        clock: any WallClock,
        stop: StopSignal,
        observe: @escaping @Sendable (StreamName, ZendeskSession.Event) -> Void
    ) {
        self.client = client
        self.authenticator = authenticator
        self.budget = budget
        self.clock = clock
        self.stop = stop
        self.observe = observe
        let shared = RateBucket.allCases.filter(\.isSingleFlight)
        queues = Dictionary(uniqueKeysWithValues: shared.map { ($0, BucketQueue()) })
    }

    /// As ``ZendeskSession/enlist(_:_:rank:urgency:)``.
    func enlist(_ stream: StreamName, _ bucket: RateBucket, rank: Int, urgency: RateBudget.Urgency) {
        leave(stream)
        enlisted.withLock { $0[stream] = Enlisted(bucket: bucket, urgency: urgency) }
        queues[bucket]?.enlist(stream, rank: rank)
        if urgency == .foreground { budget.with { $0.beginForeground() } }
        progressed(stream)
    }

    /// The stream has ended, however it has. Harmless where it was not enlisted.
    func leave(_ stream: StreamName) {
        guard let left = enlisted.withLock({ $0.removeValue(forKey: stream) }) else { return }
        queues[left.bucket]?.leave(stream)
        if left.urgency == .foreground { budget.with { $0.endForeground() } }
        watchdog.withLock { $0.end(stream) }
    }

    /// An enlisted stream got on; pages count by themselves.
    func progressed(_ stream: StreamName) {
        let now = clock.now()
        guard enlisted.withLock({ $0[stream] != nil }) else { return }
        watchdog.withLock { $0.progress(stream, at: now) }
    }

    /// Tells of enlisted streams that get nowhere, once per stall.
    func reportStalls() {
        let now = clock.now()
        for stall in watchdog.withLock({ $0.stalls(at: now) }) { observe(stall.stream, .stalled(since: stall.since)) }
    }

    /// One request and its answer, when it is the stream's turn and the budget admits it.
    /// - Throws: ``ExtractorError/rateLimited(_:until:)`` where that is after `patientUntil`; what the login throws;
    ///   `CancellationError` when stopped.
    func exchange(
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

    private func admission(_ bucket: RateBucket, _ urgency: RateBudget.Urgency) -> RateBudget.Admission {
        let now = clock.now()
        return budget.with { $0.admit(bucket, urgency, at: now) }
    }

    /// Sends an admitted request, and tells the budget what became of it.
    private func sent(_ request: PageRequest, _ stream: StreamName, _ authorization: Secret) async throws -> Exchange {
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
    func pause(_ stream: StreamName, _ bucket: RateBucket, for delay: Duration, _ problem: String) async throws {
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
}
