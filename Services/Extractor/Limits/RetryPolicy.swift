import Model

/// What to do after an answer that brings no page: a pure function of what happened.
package struct RetryPolicy: Hashable, Sendable {
    /// How often one page is asked for before its stream fails: by default for seven minutes or so, longer than most
    /// outages. Waits for the rate limit do not count.
    package var attempts: Int
    package var firstDelay: Duration
    package var longestDelay: Duration
    /// How long one page may be held back by the rate limit before its stream gives up.
    package var patience: Duration

    package init(
        attempts: Int = 16,
        firstDelay: Duration = .seconds(1),
        longestDelay: Duration = .seconds(60),
        patience: Duration = .seconds(6 * 3600)
    ) {
        self.attempts = attempts
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
        self.patience = patience
    }

    /// What happened to a request.
    package enum Outcome: Hashable, Sendable {
        /// An answer that is no success. `code` is its error code, for what the status does not tell.
        case status(Int, code: String?)
        /// No whole answer: refused, reset, timed out. The text says which, without a URL or a secret.
        case broken(String)
        /// Status 200, but no page.
        case unusable(String)
        /// The body passes the bound.
        case tooLarge

        /// In words for people.
        package var problem: String {
            switch self {
            case .status(let status, _): "it answers with status \(status)"
            case .broken(let problem), .unusable(let problem): problem
            case .tooLarge: "its answer is too large, even for one record"
            }
        }
    }

    package enum Verdict: Hashable, Sendable {
        case retry(after: Duration)
        /// Ask again as soon as the budget admits it.
        case whenAdmitted
        /// Ask for half as many records.
        case shrinkPage(after: Duration)
        case renewCredentials
        /// The start time is too near to now.
        case startTooRecent
        /// Pages of this size are not given.
        case refusePageSize
        /// This record's list is not given; the stream goes on with the next one.
        case skip
        /// The request is malformed; a saved cursor may be.
        case refuseRequest
        case refuseStream
        case giveUp
    }

    /// - Parameters:
    ///   - attempt: how often this page was asked for, this time included, without waits for the rate limit.
    ///   - hasRenewed: credentials were renewed for this page before.
    ///   - canShrink: the page may be asked for in halves.
    ///   - isLargerPage: the page's size is a try; a smaller one is at hand where it is refused.
    ///   - skipsRefusals: a refusal concerns one record of many.
    ///   - jitter: random, 0 to 1.
    package func verdict(
        _ outcome: Outcome,
        attempt: Int,
        hasRenewed: Bool,
        canShrink: Bool,
        isLargerPage: Bool = false,
        skipsRefusals: Bool = false,
        jitter: Double
    ) -> Verdict {
        switch outcome {
        case .status(401, _): return hasRenewed ? .giveUp : .renewCredentials
        case .status(403, _), .status(404, _): return skipsRefusals ? .skip : .refuseStream
        case .status(429, _): return .whenAdmitted
        case .status(400, let code), .status(422, let code):
            if code.map(Self.saysTooRecent) == true { return .startTooRecent }
            return isLargerPage || code.map(Self.saysPageSize) == true ? .refusePageSize : .refuseRequest
        case .status(504, _) where canShrink: return .shrinkPage(after: delay(attempt, jitter))
        case .status(let status, _) where Self.isPassing(status): break
        case .status: return .refuseRequest
        case .tooLarge: return canShrink ? .shrinkPage(after: .zero) : .giveUp
        case .broken, .unusable: break
        }
        return attempt < attempts ? .retry(after: delay(attempt, jitter)) : .giveUp
    }

    /// Doubles from ``firstDelay`` to ``longestDelay``; the upper half is random.
    package func delay(_ attempt: Int, _ jitter: Double) -> Duration {
        let doubled = firstDelay * (1 << min(max(attempt - 1, 0), 20))
        return min(doubled, longestDelay) * (0.5 + min(max(jitter, 0), 1) / 2)
    }

    /// Statuses that pass by themselves: conflicts, time-outs, and all that is the server's fault, also of the network
    /// before it (520 to 526, 530).
    private static func isPassing(_ status: Int) -> Bool { [408, 409, 425].contains(status) || status >= 500 }

    /// `InvalidPaginationParameter: page[size] cannot be greater than 100`
    private static func saysPageSize(_ code: String) -> Bool {
        let letters = code.lowercased().filter { $0.isLetter }
        return letters.contains("invalidpaginationparameter")
            && (letters.contains("size") || letters.contains("perpage"))
    }

    /// `StartTimeTooRecent`, `Too recent start_time`; Chat's `start_time must be more than five minutes in the past`.
    private static func saysTooRecent(_ code: String) -> Bool {
        let letters = code.lowercased().filter { $0.isLetter }
        return letters.contains("starttime")
            && ["toorecent", "inthepast", "olderthan", "minutesago"].contains { letters.contains($0) }
    }
}
