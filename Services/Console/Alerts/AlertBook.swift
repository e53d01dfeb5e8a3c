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

    package init() {}

    /// Open ones: the worst first, then the oldest.
    package var open: [Alert] {
        alerts.values.sorted { ($0.severity, $0.since, $0.id) < ($1.severity, $1.since, $1.id) }
    }

    /// Those that are about one connection.
    package func open(of key: ConnectionKey) -> [Alert] { open.filter { $0.key == key } }

    /// Takes all that is found wrong now.
    /// - Returns: what begins and what ends with that.
    @discardableResult
    package mutating func take(_ findings: [Finding], at now: Timestamp) -> [Change] {
        var changes: [Change] = []
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
        return changes
    }
}

/// Something that a rule finds wrong, as long as it finds it.
package struct Finding: Hashable, Sendable {
    /// What makes two findings the same one.
    package struct Subject: Hashable, Sendable {
        package var kind: Alert.Kind
        package var connection: ConnectionKey?
        /// A stream, a table or a webhook's name.
        package var name: String?

        package init(_ kind: Alert.Kind, _ connection: ConnectionKey? = nil, _ name: String? = nil) {
            self.kind = kind
            self.connection = connection
            self.name = name
        }
    }

    package var subject: Subject
    package var severity: Alert.Severity
    package var since: Timestamp
    package var meaning: String
    package var action: String

    package init(
        _ subject: Subject,
        _ severity: Alert.Severity,
        since: Timestamp,
        meaning: String,
        action: String
    ) {
        self.subject = subject
        self.severity = severity
        self.since = since
        self.meaning = meaning
        self.action = action
    }

    /// The same wherever the same is found.
    var id: String {
        let parts = [subject.kind.rawValue, subject.connection?.description, subject.name, since.formatted()]
        return parts.compactMap(\.self).joined(separator: "/")
    }

    func alert(id: String, since: Timestamp) -> Alert {
        Alert(
            id: id,
            kind: subject.kind,
            severity: severity,
            tenant: subject.connection?.tenant,
            connection: subject.connection?.connection,
            subject: subject.name,
            since: since,
            resolvedAt: nil,
            meaning: meaning,
            action: action
        )
    }
}
