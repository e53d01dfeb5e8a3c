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
        let facts = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
        let line =
            switch format {
            case .text: textLine(event.level, "\(event.message)", facts)
            case .json: jsonLine(event.level, "\(event.message)", facts)
            }
        FileHandle.standardError.write(Data(line.utf8))
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
        var object = ["time": clock.now().formatted(), "level": level.rawValue, "logger": label, "message": message]
        for (key, value) in facts { object[key] = "\(value)" }
        // A dictionary of strings always encodes.
        return ((try? WireJSON.text(of: object)) ?? "") + "\n"
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
