import Model

/// A text for an incoming webhook of Slack.
/// Source: https://api.slack.com/reference/surfaces/formatting
struct SlackMessage: Encodable {
    var text: String

    init(_ event: BoardEvent, at now: Timestamp) {
        switch event {
        case .alert(.raised(let alert)):
            text =
                "\(alert.severity.sign) *\(Self.title(alert))*\n\(Self.plain(alert.meaning))\n"
                + "_What to do:_ \(Self.plain(alert.action))"
        case .alert(.resolved(let alert)):
            text = ":white_check_mark: *\(Self.title(alert))* is over. It began at \(alert.since.formatted(.seconds))."
        case .run(let report):
            let records = report.streams.reduce(0) { $0 + $1.records }
            text =
                "Run of *\(report.key)*: \(report.status.rawValue), \(records) records"
                + (report.error.map { ": \(Self.plain($0.message))" } ?? "")
        case .load(let report):
            text =
                "Load of *\(Self.plain(report.table))* of \(report.key): \(report.status.rawValue), "
                + "\(report.rowsLoaded) rows" + (report.error.map { ": \(Self.plain($0))" } ?? "")
        }
    }

    private static func title(_ alert: Alert) -> String {
        let words = alert.kind.rawValue.replacing("_", with: " ")
        let subject = [alert.key?.description, alert.subject].compactMap(\.self).joined(separator: " ")
        return plain(subject.isEmpty ? words : "\(words): \(subject)")
    }

    /// What comes from elsewhere: no link, mention or mark-up of it takes effect.
    private static func plain(_ text: String) -> String {
        var plain = ""
        // By scalars: what has a combining mark after it is another character.
        for scalar in text.unicodeScalars.lazy.filter({ $0.value >= 0x20 }).prefix(2000) {
            switch scalar {
            case "&": plain += "&amp;"
            case "<": plain += "&lt;"
            case ">": plain += "&gt;"
            case "*": plain += "∗"
            case "`": plain += "'"
            default: plain.unicodeScalars.append(scalar)
            }
        }
        return plain
    }
}

extension Alert.Severity {
    fileprivate var sign: String {
        switch self {
        case .critical: ":rotating_light:"
        case .warning: ":warning:"
        case .notice: ":information_source:"
        }
    }
}
