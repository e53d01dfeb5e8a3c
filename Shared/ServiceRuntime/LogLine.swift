import Foundation
package import Logging
package import Model

/// How log lines are written to standard error.
package enum LogFormat: String, Sendable, CaseIterable {
    case text
    case json
}

/// Writes each line whole to standard error, control characters escaped, so that no record or answer can forge one.
package struct StandardErrorHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let label: String
    private let format: LogFormat
    private let clock: any WallClock

    package init(label: String, level: Logger.Level, format: LogFormat, clock: any WallClock = SystemClock()) {
        self.label = label
        self.logLevel = level
        self.format = format
        self.clock = clock
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { _, new in new }
        FileHandle.standardError.write(Data(line(event.level, "\(event.message)", facts).utf8))
    }

    func line(_ level: Logger.Level, _ message: String, _ facts: Logger.Metadata) -> String {
        let facts = facts.sorted { $0.key < $1.key }
        return switch format {
        case .text: textLine(level, message, facts)
        case .json: jsonLine(level, message, facts)
        }
    }

    private func textLine(
        _ level: Logger.Level,
        _ message: String,
        _ facts: [(key: String, value: Logger.MetadataValue)]
    )
        -> String
    {
        var line = "\(clock.now().formatted()) \(level.rawValue.uppercased()) \(label): \(message.escapedForLogs)"
        for (key, value) in facts { line += " \(key.escapedForLogs)=\("\(value)".escapedForLogs)" }
        return line + "\n"
    }

    private func jsonLine(
        _ level: Logger.Level,
        _ message: String,
        _ facts: [(key: String, value: Logger.MetadataValue)]
    )
        -> String
    {
        let line = JSONLine(
            timestamp: clock.now().formatted(.microseconds),
            severityText: level.severity.text,
            severityNumber: level.severity.number,
            body: message,
            attributes: Dictionary(facts.map { ($0.key, "\($0.value)") }, uniquingKeysWith: { first, _ in first }),
            resource: ["service.name": label, "service.version": Version.current]
        )
        // Texts and a number always encode.
        return ((try? WireJSON.text(of: line)) ?? "") + "\n"
    }
}

/// A log line as OpenTelemetry's data model names its parts.
/// Source: https://opentelemetry.io/docs/specs/otel/logs/data-model/
private struct JSONLine: Encodable {
    var timestamp: String
    var severityText: String
    var severityNumber: Int
    var body: String
    var attributes: [String: String]
    var resource: [String: String]

    enum CodingKeys: String, CodingKey {
        case timestamp, body, attributes, resource
        case severityText = "severity_text"
        case severityNumber = "severity_number"
    }
}

extension Logger.Level {
    fileprivate var severity: (text: String, number: Int) {
        switch self {
        case .trace: ("TRACE", 1)
        case .debug: ("DEBUG", 5)
        case .info: ("INFO", 9)
        case .notice: ("INFO2", 10)
        case .warning: ("WARN", 13)
        case .error: ("ERROR", 17)
        case .critical: ("FATAL", 21)
        }
    }
}

extension String {
    /// Control characters, escape sequences and bidirectional overrides made visible; at most 4 KiB.
    package var escapedForLogs: String {
        var text = ""
        for scalar in unicodeScalars {
            if text.utf8.count >= 4096 {
                text += "…"
                break
            }
            switch scalar.value {
            case 0..<0x20, 0x7f..<0xa0, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069:
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
