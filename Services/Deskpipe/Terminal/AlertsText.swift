import Console
import Model
import ServiceRuntime

/// Open alerts as lines for people: what, since when, what it means, what to do.
struct AlertsText {
    let terminal: Terminal

    func lines(_ alerts: AlertsView) -> [String] {
        guard !alerts.open.isEmpty else { return [terminal.green("Nothing is wrong.")] }
        return Array(alerts.open.map(lines).joined(separator: [""]))
    }

    private func lines(_ alert: Alert) -> [String] {
        let about = [alert.key?.description, alert.subject].compactMap(\.self).joined(separator: " ")
        let kind = alert.kind.rawValue.replacing("_", with: " ")
        let parts = [alert.severity.rawValue, about, kind, "since \(alert.since.formatted(.seconds))"]
        let head = parts.filter { !$0.isEmpty }.joined(separator: "  ").escapedForLogs
        return [coloured(head, alert.severity)] + indented(alert.meaning, "  ", "  ")
            + indented(alert.action, "  -> ", "     ")
    }

    private func indented(_ text: String, _ first: String, _ rest: String) -> [String] {
        let clean = text.replacing("\n", with: " ").escapedForLogs
        let lines = terminal.tableWidth.map { clean.wrapped(to: max(20, $0 - rest.count)) } ?? [clean]
        return lines.enumerated().map { ($0.offset == 0 ? first : rest) + $0.element }
    }

    private func coloured(_ text: String, _ severity: Alert.Severity) -> String {
        switch severity {
        case .critical: terminal.red(text)
        case .warning: terminal.yellow(text)
        case .notice: text
        }
    }
}
