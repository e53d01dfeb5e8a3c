import Console
import Model
import ServiceRuntime

/// An entry of `console.webhooks`: who is told of what, and how.
struct WebhookSection {
    /// The URL as it is written, or where it is: some, like Slack's, are secrets themselves.
    enum Place {
        case url(WebhookURL)
        case reference(SecretReference)
    }

    var place: Place
    var secret: SecretReference?
    /// Nil: those that are usual for the format.
    var events: Set<WebhookSettings.Event>?
    var format: WebhookSettings.Format
    var allowsPrivate: Bool

    init(_ reader: SettingsReader) throws(ConfigurationError) {
        let allowsPrivate = try reader.value("allow_private", expected: "true or false", Bool.init) ?? false
        let url = try reader.text("url", example: "url: https://hooks.example.com/deskpipe")
        if let reference = SecretReference(parsing: url) {
            place = .reference(reference)
        } else {
            do {
                place = .url(try WebhookURL(parsing: url, allowsPrivate: allowsPrivate))
            } catch {
                throw reader.invalid("url", error.message)
            }
        }
        self.allowsPrivate = allowsPrivate
        secret = try reader.secret("secret")
        let formats = WebhookSettings.Format.allCases.map(\.rawValue).joined(separator: ", ")
        format =
            try reader.value("format", expected: "one of \(formats)", WebhookSettings.Format.init(rawValue:))
            ?? .cloudEvents
        let possible = format.possibleEvents
        events = try reader.texts("events").map { names throws(ConfigurationError) in
            let events = Set(names.compactMap(WebhookSettings.Event.init(rawValue:)))
            guard events.count == Set(names).count, events.isSubset(of: possible) else {
                throw reader.wrong("events", "some of \(possible.map(\.rawValue).sorted().joined(separator: ", "))")
            }
            return events
        }
        try reader.finish()
    }

    /// With a URL that is kept elsewhere read there.
    /// - Throws: `SecretError`, `WebhookError`.
    func settings(_ secrets: SecretResolver) throws -> WebhookSettings {
        let url =
            switch place {
            case .url(let url): url
            case .reference(let reference):
                try WebhookURL(parsing: try secrets.resolve(reference).value, allowsPrivate: allowsPrivate)
            }
        return WebhookSettings(
            url: url,
            secret: secret,
            events: events,
            format: format,
            allowsPrivate: allowsPrivate
        )
    }
}
