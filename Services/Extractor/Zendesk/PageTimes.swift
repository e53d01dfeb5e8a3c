package import Model

/// When a page was asked for, and when it was there.
package struct PageTimes: Hashable, Sendable {
    /// By this machine's clock.
    package let startedAt: Timestamp
    /// By this machine's clock.
    package let receivedAt: Timestamp
    /// By Zendesk's clock, where this machine's is ahead of it: a page lacks nothing that changed earlier, but for what
    /// Zendesk holds back. A machine that is behind claims less than it could.
    package let coveredUntil: Timestamp

    /// - Parameters:
    ///   - took: from sending the request to the end of the answer, whatever steps a clock made.
    ///   - date: the answer's `Date`, in whole seconds; nil where it has none.
    package init(startedAt: Timestamp, receivedAt: Timestamp, took: Duration, date: Timestamp?) {
        self.startedAt = startedAt
        self.receivedAt = receivedAt
        coveredUntil = date.map { min(startedAt, $0 - took) } ?? startedAt
    }
}
