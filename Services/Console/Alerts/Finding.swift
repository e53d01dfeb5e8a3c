package import Model

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

extension Finding {
    /// What an alert told.
    init(_ alert: Alert) {
        self.init(
            Subject(alert),
            alert.severity,
            since: alert.since,
            meaning: alert.meaning,
            action: alert.action
        )
    }
}

extension Finding.Subject {
    init(_ alert: Alert) {
        self.init(alert.kind, alert.key, alert.subject)
    }
}
