package import Model

/// For how long Zendesk has not given one proper answer to anyone.
package struct Outage: Sendable {
    /// When it is worth a look at Zendesk's status page.
    private static let long = Duration.seconds(300)

    private var since: Timestamp?

    package init() {}

    /// Any answer that is not a server's fault, a refusal too.
    package mutating func answered() { since = nil }

    /// A status of 500 and above, or no answer.
    package mutating func failed(at now: Timestamp) { since = min(since ?? now, now) }

    /// What a wait's reason says besides the problem; nil while it has not lasted.
    package func hint(at now: Timestamp) -> String? {
        guard let since, now - since >= Self.long else { return nil }
        return "for \((now - since).components.seconds / 60) minutes now, see https://status.zendesk.com"
    }
}
