/// A wait that a running run is in, as its progress shows it.
package struct ReportedWait: Hashable, Sendable, Codable {
    package var until: Timestamp
    /// In words for people.
    package var reason: String

    package init(until: Timestamp, reason: String) {
        self.until = until
        self.reason = reason
    }
}
