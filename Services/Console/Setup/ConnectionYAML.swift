package import Model

/// A connection as an entry of `connections` in the configuration: what is not as usual, and what people look for.
package struct ConnectionYAML: Sendable {
    /// A setting, in YAML, and what is said of it.
    private struct Line {
        var key: String
        var value: String
        var comment: String?
        /// Stands there to be found, and is as usual.
        var isExample = false
    }

    private let lines: [Line]

    /// - Parameter isCommented: with a remark to each setting, and with those that stand at what is usual.
    package init(_ definition: ConnectionDefinition, isCommented: Bool) {
        let all = Self.identity(definition) + Self.reading(definition) + Self.special(definition)
        lines = all.filter { isCommented || !$0.isExample }
            .map { isCommented ? $0 : Line(key: $0.key, value: $0.value) }
    }

    /// The lines, indented as an entry of a list is.
    package var text: String {
        let settings = lines.map { line in "\(line.isExample ? "# " : "")\(line.key): \(line.value)" }
        let widest =
            zip(lines, settings).filter { $0.0.comment != nil && $0.1.count <= Self.widestCommented }
            .map(\.1.count).max() ?? 0
        return zip(lines, settings).enumerated().map { place, pair in
            let (line, setting) = pair
            let indent = place == 0 ? "  - " : "    "
            guard let comment = line.comment else { return indent + setting + "\n" }
            let blanks = String(repeating: " ", count: max(0, widest - setting.count) + 2)
            return "\(indent)\(setting)\(blanks)# \(comment)\n"
        }.joined()
    }

    /// Longer settings do not move the others' comments.
    private static let widestCommented = 50

    private static func identity(_ definition: ConnectionDefinition) -> [Line] {
        var lines = [
            Line(key: "tenant", value: YAMLText.scalar(definition.tenant.rawValue), comment: "a-z, 0-9 and -"),
            Line(key: "id", value: YAMLText.scalar(definition.id.rawValue)),
            Line(
                key: "name",
                value: YAMLText.scalar(definition.name),
                comment: "names the schema \(definition.schema), fixed once loaded"
            ),
        ]
        if SchemaName(fromName: definition.name) != definition.schema {
            lines.append(Line(key: "schema", value: definition.schema.rawValue))
        }
        return lines + [
            Line(key: "source", value: definition.source.rawValue),
            Line(
                key: "subdomain",
                value: YAMLText.scalar(definition.subdomain.rawValue),
                comment: "the site prefix: \(definition.subdomain.host)"
            ),
            Line(key: "auth", value: auth(definition.auth), comment: authComment(definition.auth)),
        ]
    }

    private static func auth(_ auth: Authentication) -> String {
        var pairs = [("type", auth.type.rawValue)]
        switch auth {
        case .oauthClientCredentials(let id, let secret):
            pairs += [("client_id", id.description), ("client_secret", secret.description)]
        case .oauthRefresh(let id, let secret):
            pairs.append(("client_id", id.description))
            if let secret { pairs.append(("client_secret", secret.description)) }
        case .oauthToken(let token): pairs.append(("token", token.description))
        case .apiToken(let email, let token): pairs += [("email", email), ("token", token.description)]
        }
        return YAMLText.mapping(pairs.map { ($0.0, YAMLText.scalar($0.1)) })
    }

    private static func authComment(_ auth: Authentication) -> String? {
        switch auth {
        case .oauthClientCredentials: nil
        case .oauthRefresh: "`deskpipe login` lets it in"
        case .oauthToken: "until the token ends"
        case .apiToken: "Zendesk ends API tokens on \(SetupWay.endOfAPITokens)"
        }
    }

    private static func reading(_ definition: ConnectionDefinition) -> [Line] {
        let schedule = definition.schedule
        var lines = [
            Line(
                key: "start_date",
                value: StartDate.text(definition.startDate),
                comment: "midnight UTC; a later change does not read again, `deskpipe reset` does"
            ),
            Line(key: "schedule", value: text(schedule), comment: ScheduleExplanation.words(schedule)),
        ]
        let streams = definition.streams
        if streams != StreamSelection() {
            var pairs: [(String, String)] = []
            if let include = streams.include { pairs.append(("include", YAMLText.list(include))) }
            if !streams.exclude.isEmpty { pairs.append(("exclude", YAMLText.list(streams.exclude))) }
            lines.append(Line(key: "streams", value: YAMLText.mapping(pairs)))
        } else {
            lines.append(
                Line(
                    key: "streams",
                    value: "{ exclude: [\(definition.source == .support ? "tags" : "bans")] }",
                    comment: "`deskpipe streams` shows all",
                    isExample: true
                )
            )
        }
        if definition.excludedColumns.isEmpty {
            let example = definition.source == .support ? "users: { exclude: [phone, \"photo.*\"] }" : nil
            if let example {
                let comment = "never leave Zendesk's answer"
                lines.append(Line(key: "columns", value: "{ \(example) }", comment: comment, isExample: true))
            }
        } else {
            let pairs = definition.excludedColumns.sorted { $0.key < $1.key }
                .map { ($0.key.rawValue, YAMLText.mapping([("exclude", YAMLText.list($0.value))])) }
            lines.append(Line(key: "columns", value: YAMLText.mapping(pairs)))
        }
        return lines
    }

    /// What setup does not ask, where it is not as usual.
    private static func special(_ definition: ConnectionDefinition) -> [Line] {
        var lines: [Line] = []
        if let intervals = definition.intervals {
            let pairs = intervals.sorted { $0.key < $1.key }.map { ($0.key.rawValue, Units.text(ofSeconds: $0.value)) }
            lines.append(Line(key: "intervals", value: YAMLText.mapping(pairs)))
        }
        if let schedules = definition.schedules {
            let pairs = schedules.sorted { $0.key < $1.key }.map { ($0.key.rawValue, text($0.value)) }
            lines.append(Line(key: "schedules", value: YAMLText.mapping(pairs)))
        }
        if let audits = definition.audits { lines.append(Line(key: "audits", value: audits.rawValue)) }
        if definition.rateShare != ConnectionDefinition.usualRateShare {
            lines.append(Line(key: "rate", value: "{ share: \(definition.rateShare) }"))
        } else {
            let comment = "of the account's request budget"
            lines.append(Line(key: "rate", value: "{ share: 80% }", comment: comment, isExample: true))
        }
        if let marketplace = definition.marketplace {
            let pairs = [
                ("name", marketplace.name), ("organization_id", marketplace.organizationID),
                ("app_id", marketplace.appID),
            ]
            lines.append(
                Line(key: "marketplace", value: YAMLText.mapping(pairs.map { ($0.0, YAMLText.scalar($0.1)) }))
            )
        }
        if let destination = definition.destination {
            lines.append(Line(key: "destination", value: YAMLText.scalar(destination)))
        }
        if let endpoint = definition.endpoint {
            let comment = "stands in for Zendesk; tests and the demo only"
            lines.append(Line(key: "endpoint", value: YAMLText.scalar(endpoint), comment: comment))
        }
        return lines
    }

    private static func text(_ schedule: Schedule) -> String {
        if let cron = schedule.cron { return YAMLText.mapping([("cron", YAMLText.scalar(cron))]) }
        var pairs = [("every", Units.text(ofSeconds: schedule.everySeconds))]
        if let anchor = schedule.anchor { pairs.append(("anchor", "\"\(anchor)\"")) }
        return YAMLText.mapping(pairs)
    }
}
