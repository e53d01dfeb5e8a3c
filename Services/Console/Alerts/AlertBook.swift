package import Model

/// Which alerts are open, and which were until lately: each is raised once and resolved once.
package struct AlertBook: Sendable {
    /// Resolved ones kept.
    private static let mostResolved = 200

    /// What changed, to be told to others.
    package enum Change: Hashable, Sendable {
        case raised(Alert)
        case resolved(Alert)

        package var alert: Alert {
            switch self {
            case .raised(let alert), .resolved(let alert): alert
            }
        }
    }

    private var alerts: [Finding.Subject: Alert] = [:]
    /// The newest end first.
    package private(set) var resolved: [Alert] = []
    /// What began and ended so far.
    private(set) var changes = 0
    /// Of a former console's, which it did not come to tell everybody.
    private var owed: [Change] = []

    package init() {}

    /// As a former console left it: what it has told is told.
    package init(_ kept: KeptAlerts) {
        for entry in kept.open { alerts[Finding.Subject(entry.alert)] = entry.alert }
        resolved = kept.resolved.map(\.alert)
        owed = kept.owedChanges
    }

    /// What the console itself found wrong, beside the board.
    package var ownFindings: [Finding] { open.filter { $0.kind == .webhookFailing }.map(Finding.init) }

    /// Open ones: the worst first, then the oldest.
    package var open: [Alert] {
        alerts.values.sorted { ($0.severity, $0.since, $0.id) < ($1.severity, $1.since, $1.id) }
    }

    /// Those that are about one connection.
    package func open(of key: ConnectionKey) -> [Alert] { open.filter { $0.key == key } }

    /// Takes all that is found wrong now.
    /// - Returns: what begins and what ends with that, and what a former console owes.
    @discardableResult
    package mutating func take(_ findings: [Finding], at now: Timestamp) -> [Change] {
        var changes: [Change] = []
        defer {
            self.changes += changes.count
            owed = []
        }
        var found: Set<Finding.Subject> = []
        for finding in findings where found.insert(finding.subject).inserted {
            if let known = alerts[finding.subject] {
                // It goes on as the one that was told, with the words of now.
                alerts[finding.subject] = finding.alert(id: known.id, since: known.since)
            } else {
                let alert = finding.alert(id: finding.id, since: finding.since)
                alerts[finding.subject] = alert
                changes.append(.raised(alert))
            }
        }
        for (subject, known) in alerts where !found.contains(subject) {
            alerts[subject] = nil
            var alert = known
            alert.resolvedAt = now
            changes.append(.resolved(alert))
        }
        changes.sort { ($0.alert.since, $0.alert.id) < ($1.alert.since, $1.alert.id) }
        let ended = changes.compactMap { change in if case .resolved(let alert) = change { alert } else { nil } }
        resolved = Array((ended + resolved).prefix(Self.mostResolved))
        return owed + changes
    }
}
