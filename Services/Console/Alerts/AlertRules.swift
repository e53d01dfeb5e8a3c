package import Model

/// Finds what is wrong: pure rules over the board at a time.
package struct AlertRules: Sendable {
    let settings: BoardSettings

    package init(_ settings: BoardSettings = BoardSettings()) {
        self.settings = settings
    }

    /// All that is wrong now. A run that goes on is judged by the last one that ended.
    package func findings(in board: Board, at now: Timestamp) -> [Finding] {
        var findings: [Finding] = []
        for connection in board.known() {
            findings += runFindings(connection)
            findings += loginFindings(connection, at: now)
            findings += parkedFindings(connection)
            findings += lateFindings(connection, at: now)
            findings += loadFindings(connection)
            findings += rejectedFindings(connection, at: now)
            findings += lagFindings(connection, at: now)
        }
        if let finding = rowLimitFinding(board, at: now) { findings.append(finding) }
        return findings
    }
}
