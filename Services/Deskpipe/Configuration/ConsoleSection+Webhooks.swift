import Console
import Model

extension WebhookSettings {
    /// One entry of `console.webhooks`.
    init(_ reader: SettingsReader) throws(ConfigurationError) {
        let isPrivate = try reader.value("allow_private", expected: "true or false", Bool.init) ?? false
        let text = try reader.text("url", example: "url: https://hooks.example.com/deskpipe")
        let url: WebhookURL
        do {
            url = try WebhookURL(parsing: text, allowsPrivate: isPrivate)
        } catch {
            throw reader.invalid("url", error.message)
        }
        let secret = try reader.secret("secret")
        let formats = Format.allCases.map(\.rawValue).joined(separator: ", ")
        let format = try reader.value("format", expected: "one of \(formats)", Format.init(rawValue:)) ?? .cloudEvents
        let events = try reader.texts("events").map { names throws(ConfigurationError) in
            try Self.events(names, format, reader)
        }
        try reader.finish()
        self.init(url: url, secret: secret, events: events, format: format, allowsPrivate: isPrivate)
    }

    private static func events(
        _ names: [String],
        _ format: Format,
        _ reader: SettingsReader
    ) throws(ConfigurationError) -> Set<Event> {
        let possible = format.possibleEvents.map(\.rawValue).sorted().joined(separator: ", ")
        var events: Set<Event> = []
        for name in names {
            guard let event = Event(rawValue: name), format.possibleEvents.contains(event) else {
                throw reader.wrong("events", "some of \(possible)")
            }
            events.insert(event)
        }
        return events
    }
}
