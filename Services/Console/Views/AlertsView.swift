package import Model

/// What is wrong now, and what was until lately.
package struct AlertsView: Hashable, Sendable, Encodable {
    package var at: Timestamp
    /// The worst first, then the oldest.
    package var open: [Alert]
    /// The newest end first; those that ended while this console has kept them in mind.
    package var resolved: [Alert]

    package init(at: Timestamp, open: [Alert], resolved: [Alert]) {
        self.at = at
        self.open = open
        self.resolved = resolved
    }
}
