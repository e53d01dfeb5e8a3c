import Catalog
package import Model

/// What a person answered, as it was typed: in the setup form, on a connection's settings, or to `deskpipe init`.
///
/// An empty answer takes ``suggestion(for:at:)`` where there is one.
package struct SetupAnswers: Hashable, Sendable {
    private var texts: [SetupField: String] = [:]
    /// Secrets themselves; those that are references are texts.
    package private(set) var secrets: [SetupField: Secret] = [:]
    /// The streams that are read; nil: the usual ones.
    package var streams: Set<StreamName>?
    /// By stream, paths that are cut out of each record.
    package var excludedColumns: [StreamName: [String]] = [:]

    package init() {}

    /// As a connection is now, without its secrets.
    package init(_ definition: ConnectionDefinition) {
        self[.source] = definition.source.rawValue
        self[.subdomain] = definition.subdomain.rawValue
        self[.tenant] = definition.tenant.rawValue
        self[.connection] = definition.id.rawValue
        self[.name] = definition.name
        self[.schema] = definition.schema.rawValue
        self[.way] = definition.auth.type.rawValue
        if case .apiToken(let email, _) = definition.auth { self[.email] = email }
        self[.startDate] = StartDate.text(definition.startDate)
        let schedule = definition.schedule
        if let cron = schedule.cron {
            self[.frequency] = SetupFrequency.cron.rawValue
            self[.cron] = cron
        } else {
            self[.frequency] = (schedule.anchor == nil ? SetupFrequency.interval : .anchor).rawValue
            self[.every] = Units.text(ofSeconds: schedule.everySeconds)
            self[.anchor] = schedule.anchor?.rawValue ?? ""
        }
        let selected = try? Catalog.streams(of: definition.source, selectedBy: definition.streams)
        // A selection of another version's streams is chosen anew.
        streams = selected.map { Set($0.map(\.name)) }
        excludedColumns = definition.excludedColumns
    }

    /// What was answered, without the blanks around it; a secret that is no reference reads as empty.
    package subscript(field: SetupField) -> String {
        get { texts[field] ?? "" }
        set {
            let text = newValue.trimmingBlanks
            let isReference = SecretReference(parsing: text) != nil
            secrets[field] = field.isSecret && !text.isEmpty && !isReference ? Secret(text) : nil
            texts[field] = secrets[field] == nil ? text : nil
        }
    }

    /// What was answered, or would be taken without an answer.
    package func value(_ field: SetupField, at now: Timestamp) -> String {
        self[field].isEmpty ? suggestion(for: field, at: now) ?? "" : self[field]
    }

    /// What is taken where nothing is answered; nil where an answer is needed, or nothing is as good.
    package func suggestion(for field: SetupField, at now: Timestamp) -> String? {
        switch field {
        case .source: return Source.support.rawValue
        case .tenant: return SitePrefix(rawValue: self[.subdomain]).map { String($0.rawValue.prefix(40)) }
        case .connection: return source(at: now) == .chat ? "chat" : "support"
        case .name: return source(at: now) == .chat ? "Zendesk Chat" : "Zendesk"
        case .schema: return SchemaName(fromName: value(.name, at: now))?.rawValue
        case .way: return source(at: now).flatMap { SetupWay.offered(for: $0).first?.kind.rawValue }
        case .startDate: return StartDate.text(StartDate.usual(at: now))
        case .frequency: return SetupFrequency.interval.rawValue
        case .every: return value(.frequency, at: now) == SetupFrequency.anchor.rawValue ? "24h" : "30m"
        case .anchor: return value(.frequency, at: now) == SetupFrequency.anchor.rawValue ? "02:00" : nil
        case .subdomain, .clientID, .clientSecret, .email, .token, .cron, .streams, .columns: return nil
        }
    }

    /// Nil where another word is answered.
    package func source(at now: Timestamp) -> Source? { Source(rawValue: value(.source, at: now)) }

    /// The host that will be asked, as it would be; nil where the prefix is none.
    package var host: String? { SitePrefix(rawValue: self[.subdomain])?.host }

    /// The schema that will be made; nil where the name makes none.
    package func schema(at now: Timestamp) -> SchemaName? { SchemaName(rawValue: value(.schema, at: now)) }
}

extension String {
    /// Without the blanks and line breaks around it.
    fileprivate var trimmingBlanks: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
