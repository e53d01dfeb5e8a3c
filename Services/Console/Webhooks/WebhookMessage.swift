package import Model

/// One delivery: the same bytes at every attempt.
package struct WebhookMessage: Hashable, Sendable {
    /// Names it among all, so that a receiver can tell a repeat.
    package var id: String
    package var contentType: String
    package var body: [UInt8]

    /// What a webhook is told of an event; nil for what it does not want.
    package init?(_ event: BoardEvent, for webhook: WebhookSettings, at now: Timestamp) throws {
        guard let kind = event.kind, webhook.events.contains(kind) else { return nil }
        id = event.id
        switch webhook.format {
        case .cloudEvents:
            contentType = "application/cloudevents+json; charset=utf-8"
            body = try CloudEvent.bytes(of: event, kind)
        case .stitch:
            guard case .load(let report) = event else { return nil }
            contentType = "application/json"
            body = try WireJSON.bytes(of: PostLoadHook(report))
        case .slack:
            contentType = "application/json"
            body = try WireJSON.bytes(of: SlackMessage(event, at: now))
        }
    }
}

extension BoardEvent {
    /// Nil for a run that goes on.
    var kind: WebhookSettings.Event? {
        switch self {
        case .run(let report): report.status == .running ? nil : .runEnded
        case .load(let report): report.status == .succeeded ? .loadSucceeded : .loadFailed
        case .alert(.raised): .alertRaised
        case .alert(.resolved): .alertResolved
        }
    }

    /// The same however often it is told.
    var id: String {
        switch self {
        case .run(let report): report.run.rawValue
        case .load(let report): report.id
        case .alert(let change): change.id
        }
    }
}

/// An event in CloudEvents' structured mode.
/// Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
private struct CloudEvent<Content: Encodable>: Encodable {
    var specversion = "1.0"
    var id: String
    var source: String
    var type: String
    var subject: String?
    var time: Timestamp
    var datacontenttype = "application/json"
    var data: Content
}

extension CloudEvent where Content == Alert {
    static func bytes(of event: BoardEvent, _ kind: WebhookSettings.Event) throws -> [UInt8] {
        switch event {
        case .run(let report):
            try bytes(event, kind, report.key, "\(report.run)", report.completedAt ?? report.startedAt, report)
        case .load(let report): try bytes(event, kind, report.key, report.table, report.completedAt, report)
        case .alert(let change):
            try bytes(
                event,
                kind,
                change.alert.key,
                change.alert.subject,
                change.alert.resolvedAt ?? change.alert.since,
                change.alert
            )
        }
    }

    private static func bytes(
        _ event: BoardEvent,
        _ kind: WebhookSettings.Event,
        _ key: ConnectionKey?,
        _ subject: String?,
        _ time: Timestamp,
        _ data: some Encodable
    ) throws -> [UInt8] {
        try WireJSON.bytes(
            of: CloudEvent<_>(
                id: event.id,
                source: key.map { "deskpipe/\($0)" } ?? "deskpipe",
                type: "deskpipe.\(kind.rawValue).v1",
                subject: subject,
                time: time,
                data: data
            )
        )
    }
}
