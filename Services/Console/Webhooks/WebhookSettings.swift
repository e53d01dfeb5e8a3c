import Crypto
import Foundation
package import Model

/// One entry of the setting `console.webhooks`: who is told of what, and how.
package struct WebhookSettings: Hashable, Sendable {
    /// Such as `https://hooks.example.com/deskpipe`.
    package var url: WebhookURL
    /// Of the signature; nil: unsigned.
    package var secret: SecretReference?
    package var events: Set<Event>
    package var format: Format
    /// Allows addresses that are not public, and `http` to them: for receivers of one's own network, and for tests.
    package var allowsPrivate: Bool

    /// What somebody can be told of.
    package enum Event: String, Hashable, Sendable, CaseIterable {
        case alertRaised = "alert.raised"
        case alertResolved = "alert.resolved"
        case runEnded = "run.ended"
        case loadSucceeded = "load.succeeded"
        case loadFailed = "load.failed"
    }

    /// How it is written.
    package enum Format: String, Hashable, Sendable, CaseIterable {
        /// CloudEvents 1.0 in structured JSON mode.
        case cloudEvents = "cloudevents"
        /// The body of Stitch's post-load hook, one per table and load.
        case stitch
        /// A text for an incoming webhook of Slack, or of what takes the same.
        case slack

        /// What is told where the settings name no events.
        package var usualEvents: Set<Event> {
            switch self {
            case .cloudEvents: Set(Event.allCases)
            case .stitch: [.loadSucceeded]
            case .slack: [.alertRaised, .alertResolved]
            }
        }

        /// What can be written so: Stitch's hook knows loads alone.
        package var possibleEvents: Set<Event> { self == .stitch ? [.loadSucceeded] : Set(Event.allCases) }
    }

    /// - Parameter events: nil: those that are usual for the format.
    package init(
        url: WebhookURL,
        secret: SecretReference? = nil,
        events: Set<Event>? = nil,
        format: Format = .cloudEvents,
        allowsPrivate: Bool = false
    ) {
        self.url = url
        self.secret = secret
        self.events = (events ?? format.usualEvents).intersection(format.possibleEvents)
        self.format = format
        self.allowsPrivate = allowsPrivate
    }
}

extension WebhookSettings {
    /// Tells it from the others, and nothing of its URL, which may be a secret.
    var name: String {
        let hash = SHA256.hash(data: Data("\(format.rawValue) \(url.text)".utf8))
        return hash.prefix(8).map { String(Int($0) + 256, radix: 16).suffix(2) }.joined()
    }
}
