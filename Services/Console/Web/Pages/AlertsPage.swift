import Console
import Model

/// One alert as a list shows it.
struct AlertLine {
    let id: String
    let badge: Badge
    let title: String
    let href: String?
    let connection: String?
    let since: Moment
    let resolvedAt: Moment?
    let meaning: Said
    /// Nil where nothing is to be done any more.
    let action: Said?

    init(_ alert: Alert, namesConnection: Bool) {
        id = alert.id
        badge = alert.resolvedAt == nil ? alert.severity.badge : Badge("Resolved", .good)
        let subject = alert.subject.map { ": \($0.escapedForPeople)" } ?? ""
        title = Words.label(alert.kind.rawValue) + subject
        href = alert.key?.path
        connection = namesConnection ? alert.key?.description : nil
        since = Moment(alert.since)
        resolvedAt = Moment(alert.resolvedAt)
        meaning = Said(alert.meaning)
        action = alert.resolvedAt == nil ? Said(alert.action) : nil
    }
}

/// What is wrong, with what to do.
struct AlertsPage {
    let open: [AlertLine]
    let resolved: [AlertLine]
    let hasOpen: Bool
    let hasResolved: Bool

    init(_ view: AlertsView) {
        open = view.open.map { AlertLine($0, namesConnection: true) }
        resolved = view.resolved.map { AlertLine($0, namesConnection: true) }
        hasOpen = !open.isEmpty
        hasResolved = !resolved.isEmpty
    }

    func page() -> Page {
        Page(
            template: "alerts",
            title: "Alerts",
            section: .alerts,
            content: self,
            terminal: "deskpipe alerts",
            json: "/api/v1/alerts",
            isLive: true
        )
    }
}
