import Foundation
import Model
import ServiceRuntime

/// Log lines for people, with coloured levels on a terminal, or as JSON, one object per line.
struct LogView {
    let format: OutputFormat
    let terminal: Terminal

    func print(_ lines: [LogLine]) {
        guard !lines.isEmpty else { return }
        Terminal.print(lines.map(format == .json ? Self.json : text))
    }

    /// `2026-11-21T06:00:00.123Z INFO    acme/support tickets: page published records=1000`
    func text(_ line: LogLine) -> String {
        var text = "\(line.time.formatted()) \(level(line.level)) \(line.key)"
        if let stream = line.stream { text += " \(stream.rawValue.escapedForLogs)" }
        text += ": \(line.message.escapedForLogs)"
        for (name, value) in line.facts.sorted(by: { $0.key < $1.key }) {
            text += " \(name.escapedForLogs)=\(Self.quoted(value.escapedForLogs))"
        }
        return line.level == .debug ? terminal.dimmed(text) : text
    }

    private static func json(_ line: LogLine) -> String {
        // Texts and times always encode.
        (try? WireJSON.text(of: line)) ?? ""
    }

    private func level(_ level: LogLine.Level) -> String {
        let text = level.rawValue.uppercased().padding(toLength: 7, withPad: " ", startingAt: 0)
        switch level {
        case .debug: return text
        case .info: return terminal.green(text)
        case .warning: return terminal.yellow(text)
        case .error: return terminal.red(text)
        }
    }

    private static func quoted(_ value: String) -> String {
        value.contains(" ") || value.isEmpty ? "\"\(value)\"" : value
    }
}
