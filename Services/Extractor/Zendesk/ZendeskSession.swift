import Catalog
package import Model
package import ServiceRuntime
import Synchronization

/// A connection's way to ask Zendesk for pages: waits for the rate budget, authenticates, sends, and tries again as
/// ``RetryPolicy`` says, until there is a page or an error that asking again does not mend.
package final class ZendeskSession: Sendable {
    /// What happens between asking for a page and having it.
    package enum Event: Sendable {
        /// A wait begins; nil: it is over.
        case waits(RunProgress.Wait?)
        /// A request was answered, or broke.
        case requested(bytes: Int)
    }

    package enum Answer<Page: Sendable>: Sendable {
        case page(Page, startedAt: Timestamp, receivedAt: Timestamp)
        /// Zendesk cannot give a page of this size.
        case shrinkPage
        case startTooRecent
        /// Malformed: the saved cursor may be refused.
        case refused(ExtractorError)
    }

    private struct Exchange: Sendable {
        var startedAt: Timestamp
        var receivedAt: Timestamp
        var authorization: Secret
        var result: Result<ZendeskResponse, RequestFailure>
    }

    private let client: ZendeskClient
    private let authenticator: Authenticator
    private let policy: RetryPolicy
    private let clock: any WallClock
    private let stop: StopSignal
    private let observe: @Sendable (StreamName, Event) -> Void
    private let budget: Mutex<RateBudget>
    /// Requests that share a small budget go one after another, so that each knows what the one before was told.
    private let gates: [RateBucket: Gate] = [.incrementalExports: Gate(), .usersCursor: Gate()]

    package init(
        client: ZendeskClient,
        authenticator: Authenticator,
        policy: RetryPolicy,
        budget: RateBudget = RateBudget(),
        clock: any WallClock,
        stop: StopSignal,
        observe: @escaping @Sendable (StreamName, Event) -> Void
    ) {
        self.client = client
        self.authenticator = authenticator
        self.policy = policy
        self.budget = Mutex(budget)
        self.clock = clock
        self.stop = stop
        self.observe = observe
    }

    /// Asks for a page until it is there.
    /// - Parameters:
    ///   - canShrink: half as many records could be asked for.
    ///   - decode: makes the page of a body.
    /// - Throws: ``ExtractorError``, `SecretError`, or `CancellationError` when stopped.
    package func page<Page: Sendable>(
        _ request: PageRequest,
        of stream: StreamName,
        canShrink: Bool,
        decode: ([UInt8]) throws(PageError) -> Page
    ) async throws -> Answer<Page> {
        let began = clock.now()
        var attempt = 0
        var hasRenewed = false
        while true {
            attempt += 1
            let exchange = try await exchange(request, stream, patientUntil: began + policy.patience)
            let outcome: RetryPolicy.Outcome
            var detail: String?
            switch exchange.result {
            case .success(let response) where response.isSuccess:
                do {
                    let page = try decode(response.body)
                    return .page(page, startedAt: exchange.startedAt, receivedAt: exchange.receivedAt)
                } catch {
                    outcome = .unusable(error.problem)
                }
            case .success(let response):
                detail = ErrorDetail(response.body)?.text
                outcome = .status(response.status, code: detail)
            case .failure(.tooLarge): outcome = .tooLarge
            case .failure(let failure): outcome = .broken(failure.problem)
            }
            let verdict = policy.verdict(
                outcome,
                attempt: attempt,
                hasRenewed: hasRenewed,
                canShrink: canShrink,
                jitter: .random(in: 0...1)
            )
            switch verdict {
            case .retry(let delay): try await wait(stream, until: clock.now() + delay, reason: outcome.problem)
            case .whenAdmitted: attempt -= 1
            case .shrinkPage(let delay):
                if delay > .zero { try await wait(stream, until: clock.now() + delay, reason: outcome.problem) }
                return .shrinkPage
            case .renewCredentials:
                hasRenewed = true
                attempt -= 1
                _ = try await authenticator.renewed(after: exchange.authorization, detail: detail)
            case .startTooRecent: return .startTooRecent
            case .refuseRequest: return .refused(.requestRefused(stream, status: outcome.status, detail: detail))
            case .refuseStream: throw ExtractorError.permission(stream, status: outcome.status, detail: detail)
            case .giveUp: throw failure(outcome, attempts: attempt, detail: detail)
            }
        }
    }

    /// One request and its answer, when the budget admits it.
    private func exchange(
        _ request: PageRequest,
        _ stream: StreamName,
        patientUntil: Timestamp
    ) async throws -> Exchange {
        guard let gate = gates[request.bucket] else { return try await admitted(request, stream, patientUntil) }
        return try await gate.pass { try await admitted(request, stream, patientUntil) }
    }

    private func admitted(
        _ request: PageRequest,
        _ stream: StreamName,
        _ patientUntil: Timestamp
    ) async throws -> Exchange {
        while case .wait(let until, let reason) = admission(request.bucket) {
            guard until <= patientUntil else { throw ExtractorError.rateLimited(stream, until: until) }
            // A little later than told: clocks differ, and those who wait together should not all come at once.
            let later = until + .milliseconds(Int64.random(in: 20...250))
            try await wait(stream, until: later, reason: reason, isRateLimit: true)
        }
        let exchange = try await stop.interrupting { try await self.send(request) }
        var bytes = 0
        if case .success(let response) = exchange.result {
            bytes = response.body.count
            note(response, of: request.bucket, at: exchange.receivedAt)
        }
        observe(stream, .requested(bytes: bytes))
        return exchange
    }

    private func admission(_ bucket: RateBucket) -> RateBudget.Admission {
        let now = clock.now()
        return budget.withLock { $0.admit(bucket, at: now) }
    }

    private func note(_ response: ZendeskResponse, of bucket: RateBucket, at now: Timestamp) {
        budget.withLock { budget in
            _ = budget.observe(bucket, status: response.status, response.limits, at: now)
        }
    }

    private func send(_ request: PageRequest) async throws -> Exchange {
        let authorization = try await authenticator.authorization()
        let startedAt = clock.now()
        let result: Result<ZendeskResponse, RequestFailure>
        do {
            result = .success(try await client.get(request.target, authorization: authorization))
        } catch let failure as RequestFailure {
            result = .failure(failure)
        }
        return Exchange(startedAt: startedAt, receivedAt: clock.now(), authorization: authorization, result: result)
    }

    private func wait(
        _ stream: StreamName,
        until: Timestamp,
        reason: String,
        isRateLimit: Bool = false
    ) async throws {
        observe(stream, .waits(RunProgress.Wait(until: until, reason: reason, isRateLimit: isRateLimit)))
        defer { observe(stream, .waits(nil)) }
        let clock = clock
        try await stop.interrupting { try await clock.sleep(for: until - clock.now()) }
    }

    private func failure(_ outcome: RetryPolicy.Outcome, attempts: Int, detail: String?) -> ExtractorError {
        if case .status(401, _) = outcome {
            return .authentication(host: client.address.host, status: 401, detail: detail)
        }
        return .unavailable(host: client.address.host, problem: outcome.problem, attempts: attempts)
    }
}

extension RetryPolicy.Outcome {
    fileprivate var status: Int {
        if case .status(let status, _) = self { return status }
        return 0
    }
}
