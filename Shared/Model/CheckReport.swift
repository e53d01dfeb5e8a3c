/// What came of a `check` that was asked of an extractor; the newest one stands in the connection's state.
package struct CheckReport: Hashable, Sendable, Codable {
    /// The id of the command that asked for it.
    package var command: String
    package var startedAt: Timestamp
    package var completedAt: Timestamp
    package var findings: [CheckFinding]

    package init(command: String, startedAt: Timestamp, completedAt: Timestamp, findings: [CheckFinding]) {
        self.command = command
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.findings = findings
    }

    enum CodingKeys: String, CodingKey {
        case command, findings
        case startedAt = "started_at"
        case completedAt = "completed_at"
    }
}
