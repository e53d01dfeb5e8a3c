package import Messaging
import Model

/// What a console knows of its alerts, for the one that takes its place: which were told, so that each is raised once and
/// resolved once, whatever ends in between.
package struct KeptAlerts: Hashable, Sendable, Codable {
    /// Another number is another shape.
    package static let currentFormat = 1
    /// Open ones, the worst first: more were no list that a person reads.
    private static let mostOpen = 10_000

    package var format = currentFormat
    package var namespace: String
    package var open: [Entry]
    /// The newest end first.
    package var resolved: [Entry]

    /// An alert, and the webhooks that have yet to be told of it, by their names.
    package struct Entry: Hashable, Sendable, Codable {
        package var alert: Alert
        /// Of its start.
        package var raiseOwed: [String]
        /// Of its end.
        package var endOwed: [String]

        enum CodingKeys: String, CodingKey {
            case alert
            case raiseOwed = "raise_owed"
            case endOwed = "end_owed"
        }
    }

    /// - Parameter owed: what waits to be told, by the ids of ``WebhookSender/owed()``.
    package init(_ book: AlertBook, in namespace: Namespace, owed: [String: Set<String>]) {
        self.namespace = namespace.rawValue
        let entry = { (alert: Alert) in
            Entry(
                alert: alert,
                raiseOwed: (owed[AlertBook.Change.raised(alert).id] ?? []).sorted(),
                endOwed: alert.resolvedAt == nil ? [] : (owed[AlertBook.Change.resolved(alert).id] ?? []).sorted()
            )
        }
        open = book.open.prefix(Self.mostOpen).map(entry)
        resolved = book.resolved.map(entry)
    }

    /// What happened and is still to be told, in its order.
    var owedChanges: [AlertBook.Change] {
        (resolved.reversed() + open).flatMap { entry in
            var changes: [AlertBook.Change] = []
            var raised = entry.alert
            raised.resolvedAt = nil
            if !entry.raiseOwed.isEmpty { changes.append(.raised(raised)) }
            if !entry.endOwed.isEmpty { changes.append(.resolved(entry.alert)) }
            return changes
        }
    }

    /// Whom to tell of it, by the ids of the messages.
    var owed: [String: Set<String>] {
        var owed: [String: Set<String>] = [:]
        for entry in open + resolved {
            if !entry.raiseOwed.isEmpty { owed[AlertBook.Change.raised(entry.alert).id] = Set(entry.raiseOwed) }
            if !entry.endOwed.isEmpty { owed[AlertBook.Change.resolved(entry.alert).id] = Set(entry.endOwed) }
        }
        return owed
    }
}

extension AlertBook.Change {
    /// The same however often it is told.
    var id: String {
        switch self {
        case .raised(let alert): "\(alert.id)/raised"
        case .resolved(let alert): "\(alert.id)/resolved"
        }
    }
}
