package import Catalog
import Failpoints
import JSONScan
package import Model
package import ServiceRuntime

/// A connection's way to ask Zendesk for pages: waits for the rate budget, authenticates, sends, and tries again as
/// ``RetryPolicy`` says, until there is a page or an error that asking again does not mend.
package final class ZendeskSession: Sendable {
    private let client: RateLimitedClient
    private let host: String
    private let authenticator: Authenticator
    private let policy: RetryPolicy
    private let clock: any WallClock
    private let budget: AccountBudget

    package init(
        client: ZendeskClient,
        authenticator: Authenticator,
        policy: RetryPolicy,
        budget: AccountBudget = AccountBudget(),
        clock: any WallClock,
        stop: StopSignal,
        observe: @escaping @Sendable (StreamName, Event) -> Void
    ) {
        self.client = RateLimitedClient(
            client: client,
            authenticator: authenticator,
            budget: budget,
            clock: clock,
            stop: stop,
            observe: observe
        )
        host = client.address.host
        self.authenticator = authenticator
        self.policy = policy
        self.budget = budget
        self.clock = clock
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
        client.enlist(stream, bucket, rank: rank, urgency: urgency)
    }

    /// The stream has ended, however it has. Harmless where it was not enlisted.
    package func leave(_ stream: StreamName) { client.leave(stream) }

    /// An enlisted stream got on; pages count by themselves.
    package func progressed(_ stream: StreamName) { client.progressed(stream) }

    /// Reports stalls of enlisted streams until the task is cancelled.
    /// - Parameter interval: how often is looked, in real time.
    package func watch(every interval: Duration = .seconds(15)) async {
        // Not the wall clock's sleep: that one may leap.
        while (try? await Task.sleep(for: interval)) != nil { reportStalls() }
    }

    package func reportStalls() { client.reportStalls() }

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
            let exchange = try await client.exchange(request, stream, urgency, patientUntil: began + policy.patience)
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
            case .retry(let delay): try await client.pause(stream, request.bucket, for: delay, outcome.problem)
            case .whenAdmitted: attempt -= 1
            case .shrinkPage(let delay):
                if delay > .zero { try await client.pause(stream, request.bucket, for: delay, outcome.problem) }
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

    private func failure(_ outcome: RetryPolicy.Outcome, attempts: Int, detail: String?) -> ExtractorError {
        if case .status(401, _) = outcome {
            return .authentication(host: host, status: 401, detail: detail)
        }
        let problem = [outcome.problem, detail].compactMap(\.self).joined(separator: ": ")
        return .unavailable(host: host, problem: problem, attempts: attempts)
    }
}

extension RetryPolicy.Outcome {
    fileprivate var status: Int {
        if case .status(let status, _) = self { return status }
        return 0
    }
}
