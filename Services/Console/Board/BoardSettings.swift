/// What the board and its rules are told by the configuration.
package struct BoardSettings: Hashable, Sendable {
    /// Replicated rows in 30 days, of all connections together, from 90 % of which on there is a warning; nil: no limit.
    package var rowLimit: Int?
    /// The share of a table's records in 24 hours from which on rejected ones raise an alert: 0.01 is 1 %.
    package var rejectedShare: Double

    package init(rowLimit: Int? = nil, rejectedShare: Double = 0.01) {
        self.rowLimit = rowLimit
        self.rejectedShare = rejectedShare
    }
}
