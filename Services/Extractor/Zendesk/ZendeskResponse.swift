package import Model

/// An answer of Zendesk with what of its head is used.
package struct ZendeskResponse: Sendable {
    package var status: Int
    package var limits: RateHeaders
    /// What Zendesk's support finds the request by; printable ASCII, at most 64 characters.
    package var requestID: String?
    /// Inflated, whole.
    package var body: [UInt8]

    package init(
        status: Int,
        limits: RateHeaders = RateHeaders(),
        requestID: String? = nil,
        body: [UInt8] = []
    ) {
        self.status = status
        self.limits = limits
        let printable = requestID?.unicodeScalars.filter { (0x21..<0x7f).contains($0.value) }.prefix(64)
        self.requestID = printable.flatMap { $0.isEmpty ? nil : String($0.map(Character.init)) }
        self.body = body
    }

    package var isSuccess: Bool { (200..<300).contains(status) }
}

/// What an answer says about rate limits.
package struct RateHeaders: Hashable, Sendable {
    /// `Retry-After` as it was sent.
    package var retryAfter: String?
    package var account: Allowance?
    /// By the endpoint bucket's name: `zendesk-ratelimit-incremental-exports: total=10; remaining=9; resets=38`.
    package var endpoints: [String: Allowance] = [:]
    /// The server's time when it answered; nil where the answer does not say.
    package var date: Timestamp?

    /// What is left of a budget until it is filled up again.
    package struct Allowance: Hashable, Sendable {
        package var remaining: Int
        /// What the whole of it is; nil where the answer does not say.
        package var total: Int?
        /// Seconds until it is whole again; nil where the answer does not say.
        package var resets: Int64?

        package init(remaining: Int, total: Int? = nil, resets: Int64? = nil) {
            self.remaining = remaining
            self.total = total
            self.resets = resets
        }
    }

    package init(retryAfter: String? = nil, account: Allowance? = nil, endpoints: [String: Allowance] = [:]) {
        self.retryAfter = retryAfter
        self.account = account
        self.endpoints = endpoints
    }

    /// Reads the headers of an answer, in their newer and older names.
    package init(_ headers: some Sequence<(name: String, value: String)>) {
        var accountRemaining: Int?
        var accountTotal: Int?
        var accountResets: Int64?
        for (name, value) in headers {
            let name = name.lowercased()
            let text = value.trimmingBlanks
            switch name {
            case "retry-after": retryAfter = text
            case "date": date = Timestamp(httpDate: text)
            case "ratelimit-remaining", "rate-limit-remaining", "x-rate-limit-remaining":
                accountRemaining = Int(text) ?? accountRemaining
            case "ratelimit-limit", "rate-limit-limit", "x-rate-limit": accountTotal = Int(text) ?? accountTotal
            case "ratelimit-reset", "rate-limit-reset": accountResets = Int64(text) ?? accountResets
            default:
                for prefix in ["zendesk-ratelimit-", "zendesk-rate-limit-"] where name.hasPrefix(prefix) {
                    endpoints[String(name.dropFirst(prefix.count))] = Allowance(parsing: text)
                }
            }
        }
        account = accountRemaining.map { Allowance(remaining: $0, total: accountTotal, resets: accountResets) }
    }
}

extension RateHeaders.Allowance {
    /// `total=10; remaining=9; resets=38`
    fileprivate init?(parsing text: String) {
        var values: [String: Int64] = [:]
        for part in text.split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1).map { String($0).trimmingBlanks }
            if pair.count == 2 { values[pair[0].lowercased()] = Int64(pair[1]) }
        }
        guard let remaining = values["remaining"] else { return nil }
        self.init(
            remaining: Int(clamping: remaining),
            total: values["total"].map(Int.init(clamping:)),
            resets: values["resets"]
        )
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        var text = self[...]
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
